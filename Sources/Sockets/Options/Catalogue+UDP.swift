extension SocketOption {
  /// `SOL_UDP` and `SOL_UDPLITE`: udp(7), udplite(7).
  static let udpLevel: [SocketOption] = {
    let udp = Rows(level: .udp, owners: .datagrams)
    let udpLite = Rows(level: .udpLite, owners: .udpLite)
    return [
      udp("UDP_CORK", 1, .flag, "combine sends into one datagram, until cleared"),
      udp(
        "UDP_ENCAP", 100, .choice(["off": 0, "espinudp": 2, "l2tpinudp": 3], in: 0...7), "the encapsulation to process"),
      udp("UDP_GRO", 104, .flag, on: .udp, "receive datagrams coalesced (GRO), with their size"),
      udp("UDP_NO_CHECK6_RX", 102, .flag, "accept datagrams over IPv6 without a checksum"),
      udp("UDP_NO_CHECK6_TX", 101, .flag, "send datagrams over IPv6 without a checksum"),
      udp(
        "UDP_SEGMENT", 103, .size(0...65535), on: .udp,
        "split what is sent into datagrams of this size (GSO); 0 for off"),
      udpLite("UDPLITE_RECV_CSCOV", 11, .size(0...65535), "drop datagrams whose checksum covers less; 0 accepts all"),
      udpLite(
        "UDPLITE_SEND_CSCOV", 10, .size(0...65535), "how much the checksum covers; 0 for everything, 8 for the header"),
    ]
  }()
}
