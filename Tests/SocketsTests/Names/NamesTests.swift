import CSocketShims
import Glibc
import Testing

@testable import Sockets

@Suite("Names of constants")
struct NamesTests {
  @Test("a constant prints its C name, and an unknown one its number")
  func printing() {
    #expect(AddressFamily.ipv6.description == "AF_INET6")
    #expect(AddressFamily(rawValue: 99).description == "99")
    #expect(AddressFamily(rawValue: 99).name == nil)
    #expect(SocketType.datagram.description == "SOCK_DGRAM")
    #expect(TransportProtocol.mptcp.description == "IPPROTO_MPTCP")
    #expect(ShutdownDirection.both.description == "SHUT_RDWR")
    #expect(OptionLevel.tcp.description == "IPPROTO_TCP")
    #expect(OptionLevel.udp.description == "SOL_UDP")
    #expect(ResolutionError.Code.noName.description == "EAI_NONAME")
    #expect(ExtendedError.Origin.icmp.description == "SO_EE_ORIGIN_ICMP")
  }

  @Test("a constant is found by its name, with or without the prefix, or by its number")
  func finding() {
    #expect(AddressFamily(named: "AF_INET") == .ipv4)
    #expect(AddressFamily(named: "inet6") == .ipv6)
    #expect(AddressFamily(named: "UNIX") == .unix)
    #expect(AddressFamily(named: "2") == .ipv4)
    #expect(AddressFamily(named: "0xa") == .ipv6)
    #expect(AddressFamily(named: "AF_DECnet")?.rawValue == 12 && AddressFamily(named: "decnet")?.rawValue == 12)
    #expect(AddressFamily(named: "nonsense") == nil)
    #expect(AddressFamily(named: "-1") == nil)
    #expect(AddressFamily(named: "") == nil)
    #expect(SocketType(named: "stream") == .stream)
    #expect(TransportProtocol(named: "udplite") == .udpLite)
    #expect(ShutdownDirection(named: "wr") == .sending)
    #expect(OptionLevel(named: "SOL_TCP") == .tcp)
    #expect(OptionLevel(named: "socket") == .socket)
  }

  @Test("the numbers are those of the C headers")
  func numbers() {
    #expect(AddressFamily(named: "AF_NETLINK")?.rawValue == AF_NETLINK)
    #expect(AddressFamily(named: "AF_PACKET")?.rawValue == AF_PACKET)
    #expect(AddressFamily(named: "AF_VSOCK")?.rawValue == AF_VSOCK)
    #expect(OptionLevel.socket.rawValue == SOL_SOCKET)
    #expect(OptionLevel.ipv6.rawValue == CInt(IPPROTO_IPV6))
    #expect(OptionLevel.udp.rawValue == CInt(IPPROTO_UDP))
    #expect(OptionLevel.udpLite.rawValue == CInt(IPPROTO_UDPLITE))
    #expect(ResolutionError.Code.noData.rawValue == sockshim_EAI_NODATA)
    #expect(PollEvents.peerEnded.rawValue == sockshim_POLLRDHUP)
  }

  @Test("in a result, the bit of MSG_MORE is MSG_NOTIFICATION")
  func reportedFlags() {
    #expect(MessageFlags([.endOfRecord, .notification]).asReported == "MSG_EOR|MSG_NOTIFICATION")
    #expect(MessageFlags.notification.asReported == "MSG_NOTIFICATION")
    #expect(MessageFlags.truncated.asReported == "MSG_TRUNC")
    #expect(MessageFlags.more.description == "MSG_MORE")
  }

  @Test("flags print their names joined, and unknown bits as a number")
  func flags() {
    #expect(MessageFlags([.peek, .doNotWait]).description == "MSG_PEEK|MSG_DONTWAIT")
    #expect(MessageFlags([]).description == "0")
    #expect(MessageFlags(rawValue: 0x80_0000).description == "0x800000")
    #expect(MessageFlags(rawValue: 0x80_0002).description == "MSG_PEEK|0x800000")
    #expect(MessageFlags.closeOnExecute.description == "MSG_CMSG_CLOEXEC")
    #expect(PollEvents([.readable, .hungUp]).description == "POLLIN|POLLHUP")
    #expect(PollEvents([]).description == "0")
    #expect(PollEvents(rawValue: 0x4000).description == "0x4000")
  }

  @Test("transports are found by name, by type and by what a socket says of itself")
  func transports() {
    for transport in Transport.all { #expect(Transport(named: transport.name) == transport) }
    #expect(Transport(named: "UDP") == .udp)
    #expect(Transport(named: "carrier-pigeon") == nil)
    #expect(Transport.unix.with(type: .datagram) == .unixDatagram)
    #expect(Transport.unix.with(type: .sequencedPacket) == .unixSequencedPacket)
    #expect(Transport.tcp.with(type: .datagram) == .udp)
    #expect(Transport.tcp.with(type: .stream) == .tcp)
    #expect(Transport.vsock.with(type: .raw) == nil)
    #expect(Transport(family: .ipv6, type: .stream, protocolNumber: .tcp) == .tcp)
    #expect(Transport(family: .ipv4, type: .datagram, protocolNumber: .udpLite) == .udpLite)
    #expect(Transport(family: .ipv4, type: .stream, protocolNumber: .mptcp) == .mptcp)
    #expect(Transport(family: .unix, type: .sequencedPacket, protocolNumber: .automatic) == .unixSequencedPacket)
    #expect(Transport(family: .ipv4, type: .raw, protocolNumber: .icmp)?.name == "raw")
    #expect(Transport(family: .ipv4, type: .raw, protocolNumber: .icmp)?.protocolNumber == .icmp)
    #expect(Transport.sctp.with(type: .sequencedPacket) == .sctpSequencedPacket)
    #expect(Transport.unix.forMessages == .unixDatagram)
    #expect(Transport.tcp.forMessages == nil)
    #expect(Transport(family: AddressFamily(rawValue: 16), type: .stream, protocolNumber: .automatic) == nil)
    let unnamed = Transport.of(family: AddressFamily(rawValue: 9), type: .sequencedPacket, protocolNumber: .automatic)
    #expect(unnamed.name == "AF_X25/SOCK_SEQPACKET/0")
    #expect(Transport.udp.isConnectionOriented == false)
    #expect(Transport.unixSequencedPacket.isConnectionOriented == true)
    #expect(SocketType.stream.keepsMessageBoundaries == false)
    #expect(SocketType.sequencedPacket.keepsMessageBoundaries == true)
  }

  @Test(
    "numbers stand for the first transport that has a name and fits",
    arguments: [
      (SocketNumbers(family: .ipv4), false, "tcp"), (SocketNumbers(family: .ipv6), true, "udp"),
      (SocketNumbers(family: .ipv4, type: .stream, protocolNumber: .automatic), false, "tcp"),
      (SocketNumbers(family: .ipv4, type: .stream, protocolNumber: .mptcp), false, "mptcp"),
      (SocketNumbers(protocolNumber: .sctp), false, "sctp"),
      (SocketNumbers(protocolNumber: .sctp), true, "sctp-seqpacket"),
      (SocketNumbers(protocolNumber: .dccp), false, "dccp"), (SocketNumbers(protocolNumber: .udpLite), true, "udplite"),
      (SocketNumbers(family: .ipv4, type: .raw, protocolNumber: TransportProtocol(rawValue: 253)), false, "raw"),
      (SocketNumbers(family: .ipv4, type: .datagram, protocolNumber: .icmp), true, "AF_INET/SOCK_DGRAM/1"),
      (
        SocketNumbers(family: .ipv4, type: .stream, protocolNumber: TransportProtocol(rawValue: 99)), false,
        "AF_INET/SOCK_STREAM/99"
      ),
      (SocketNumbers(family: .unix), false, "unix"), (SocketNumbers(family: .unix), true, "unix-dgram"),
      (SocketNumbers(family: .unix, type: .sequencedPacket), false, "unix-seqpacket"),
      (SocketNumbers(family: AddressFamily(rawValue: 29)), false, "can"),
      (SocketNumbers(family: AddressFamily(rawValue: 29), type: .datagram), true, "AF_CAN/SOCK_DGRAM/0"),
      (SocketNumbers(family: AddressFamily(rawValue: 99), type: .stream), false, "99/SOCK_STREAM/0"),
      (SocketNumbers(family: .ipv4, type: .stream), true, nil),
      (
        SocketNumbers(family: .ipv4, type: .reliableDatagram), true,
        "AF_INET/SOCK_RDM/0"
      ), (SocketNumbers(family: AddressFamily(rawValue: 99)), false, nil),
      (SocketNumbers(family: .ipv4, protocolNumber: TransportProtocol(rawValue: 99)), false, nil),
      (SocketNumbers(type: .stream, protocolNumber: TransportProtocol(rawValue: 99)), false, nil),
    ] as [(SocketNumbers, Bool, String?)])
  func numbered(numbers: SocketNumbers, forMessages: Bool, name: String?) {
    let transport = Transport(numbers, forMessages: forMessages)
    #expect(transport?.name == name)
    guard let transport else { return }
    #expect(transport.contradiction(to: numbers) == nil)
    if forMessages { #expect(!transport.isConnectionOriented) }
  }

  @Test("a named one keeps its traits, also with a protocol of its own; another has those of its type")
  func numberedTraits() throws {
    let netlink = try #require(
      Transport(SocketNumbers(family: AddressFamily(rawValue: 16), protocolNumber: TransportProtocol(rawValue: 15))))
    #expect(netlink.name == "netlink" && netlink.protocolNumber.rawValue == 15 && !netlink.isConnectionOriented)
    let can = try #require(Transport(SocketNumbers(family: AddressFamily(rawValue: 29))))
    #expect(can.protocolNumber.rawValue == 1 && can.traits.contains(.bindsToPeer))
    let numbers = SocketNumbers(family: .unix, type: .datagram, protocolNumber: TransportProtocol(rawValue: 1))
    #expect(Transport(numbers)?.replyAddress == .unix(.unnamed))
    let unknown = AddressFamily(rawValue: 99)
    #expect(Transport(SocketNumbers(family: unknown, type: .stream))?.traits == [])
    #expect(Transport(SocketNumbers(family: unknown, type: .raw))?.traits == .messages)
  }

  @Test("what contradicts a transport is told, with what the transport has")
  func contradictions() {
    func told(_ transport: Transport, _ numbers: SocketNumbers) -> String? {
      transport.contradiction(to: numbers).map { "\($0.own) not \($0.given)" }
    }
    #expect(told(.tcp, SocketNumbers()) == nil)
    #expect(told(.tcp, SocketNumbers(family: .ipv6, type: .stream, protocolNumber: .tcp)) == nil)
    #expect(told(.tcp, SocketNumbers(family: .unix)) == "AF_INET or AF_INET6 not AF_UNIX")
    #expect(told(.tcp, SocketNumbers(type: .datagram)) == "SOCK_STREAM not SOCK_DGRAM")
    #expect(told(.tcp, SocketNumbers(protocolNumber: .mptcp)) == "IPPROTO_TCP not IPPROTO_MPTCP")
    #expect(told(.tcp, SocketNumbers(protocolNumber: .automatic)) == nil)
    #expect(told(.unix, SocketNumbers(protocolNumber: TransportProtocol(rawValue: 1))) == "0 not 1")
  }

  @Test("The family of an address in numbers")
  func numericHosts() {
    for host in ["127.0.0.1", "0.0.0.0"] { #expect(AddressFamily(ofNumericHost: host) == .ipv4) }
    for host in ["::1", "[::1]", "fe80::1%lo", "::ffff:1.2.3.4"] {
      #expect(AddressFamily(ofNumericHost: host) == .ipv6)
    }
    for host in ["", "localhost", "1.2.3", "::g", "[::1", "a:b"] { #expect(AddressFamily(ofNumericHost: host) == nil) }
    #expect(AddressFamily.unspecified.plain("::ffff:1.2.3.4") == "1.2.3.4")
    #expect(AddressFamily.ipv6.plain("::ffff:1.2.3.4") == "::ffff:1.2.3.4")
    for host in ["::1", "fe80::1%lo", "localhost", "1.2.3.4"] { #expect(AddressFamily.unspecified.plain(host) == host) }
    #expect(AddressFamily.ipv4.longestPayload(of: .datagram) == 65_507)
    #expect(AddressFamily.ipv6.longestPayload(of: .datagram) == 65_527)
    #expect(AddressFamily.ipv4.longestPayload(of: .raw) == 65_515)
    #expect(AddressFamily.ipv6.longestPayload(of: .raw) == 65_535)
    #expect(AddressFamily.unix.longestPayload(of: .datagram) == nil)
  }
}
