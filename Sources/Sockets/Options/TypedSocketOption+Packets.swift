import Glibc

// Header fields of packets, and the interface that they use.

extension TypedSocketOption where Value == Int {
  private static func number(_ name: String, _ level: OptionLevel, _ number: CInt) -> Self {
    Self(
      name: name, level: level, number: number, capacity: 4, encode: { .storing(CInt(clamping: $0)) },
      decode: { $0.count >= 4 ? Int($0.load(CInt.self)) : nil })
  }

  /// `IP_MULTICAST_TTL` or `IPV6_MULTICAST_HOPS`: the hop limit of multicast packets; 0 keeps them on this host.
  public static func multicastHopLimit(_ family: AddressFamily) -> Self {
    family == .ipv6
      ? number("IPV6_MULTICAST_HOPS", .ipv6, IPV6_MULTICAST_HOPS)
      : number("IP_MULTICAST_TTL", .ip, IP_MULTICAST_TTL)
  }

  /// `IP_TOS` or `IPV6_TCLASS`: the byte of DSCP and ECN.
  public static func trafficClass(_ family: AddressFamily) -> Self {
    family == .ipv6 ? number("IPV6_TCLASS", .ipv6, IPV6_TCLASS) : number("IP_TOS", .ip, IP_TOS)
  }

  /// `IP_MTU` or `IPV6_MTU`: the largest packet that the path of a connected socket takes, as far as the kernel knows.
  public static func pathMTU(_ family: AddressFamily) -> Self {
    family == .ipv6 ? number("IPV6_MTU", .ipv6, IPV6_MTU) : number("IP_MTU", .ip, 14)
  }

  /// `SO_TIMESTAMPING`: the bits of `SOF_TIMESTAMPING_*`.
  public static var timestamping: Self { number("SO_TIMESTAMPING", .socket, SO_TIMESTAMPING) }

  /// `SO_BINDTOIFINDEX`: the index of the interface to use exclusively; 0 for all.
  public static var boundInterface: Self { number("SO_BINDTOIFINDEX", .socket, 62) }
}

extension TypedSocketOption where Value == Bool {
  private static func flag(_ name: String, _ level: OptionLevel, _ number: CInt) -> Self {
    Self(
      name: name, level: level, number: number, capacity: 4, encode: { .storing(CInt($0 ? 1 : 0)) },
      decode: { $0.count >= 4 ? $0.load(CInt.self) != 0 : nil })
  }

  /// `IP_MULTICAST_ALL` or `IPV6_MULTICAST_ALL`: receive groups that other sockets of this host have joined, too.
  public static func receiveAllGroups(_ family: AddressFamily) -> Self {
    family == .ipv6 ? flag("IPV6_MULTICAST_ALL", .ipv6, 29) : flag("IP_MULTICAST_ALL", .ip, 49)
  }

  /// `IP_PKTINFO` or `IPV6_RECVPKTINFO`: receive the interface and destination address of each datagram.
  public static func receivePacketInfo(_ family: AddressFamily) -> Self {
    family == .ipv6
      ? flag("IPV6_RECVPKTINFO", .ipv6, IPV6_RECVPKTINFO) : flag("IP_PKTINFO", .ip, IP_PKTINFO)
  }

  /// `IP_RECVTOS` or `IPV6_RECVTCLASS`: receive the DSCP and ECN byte of each datagram.
  public static func receiveTrafficClass(_ family: AddressFamily) -> Self {
    family == .ipv6 ? flag("IPV6_RECVTCLASS", .ipv6, IPV6_RECVTCLASS) : flag("IP_RECVTOS", .ip, IP_RECVTOS)
  }

  /// `IP_TRANSPARENT` or `IPV6_TRANSPARENT`: bind to addresses of other hosts, and take connections to them.
  public static func transparent(_ family: AddressFamily) -> Self {
    family == .ipv6 ? flag("IPV6_TRANSPARENT", .ipv6, 75) : flag("IP_TRANSPARENT", .ip, 19)
  }

  /// `IP_BIND_ADDRESS_NO_PORT`: leave the choice of a port to connect(2), which knows the peer.
  public static var bindAddressNoPort: Self { flag("IP_BIND_ADDRESS_NO_PORT", .ip, 24) }

  /// `SCTP_RECVRCVINFO`: receive the stream, order and payload protocol of each message.
  public static var receiveMessageInfo: Self { flag("SCTP_RECVRCVINFO", .sctp, 32) }

  /// `SO_RXQ_OVFL`: receive the number of datagrams dropped, with the next datagram.
  public static var receiveDropCount: Self { flag("SO_RXQ_OVFL", .socket, SO_RXQ_OVFL) }
}
