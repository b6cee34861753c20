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

  @Test("flags print their names joined, and unknown bits as a number")
  func flags() {
    #expect(MessageFlags([.peek, .doNotWait]).description == "MSG_PEEK|MSG_DONTWAIT")
    #expect(MessageFlags([]).description == "0")
    #expect(MessageFlags(rawValue: 0x80_0000).description == "0x800000")
    #expect(MessageFlags(rawValue: 0x80_0002).description == "MSG_PEEK|0x800000")
    #expect(MessageFlags.closeOnExecute.description == "MSG_CMSG_CLOEXEC")
    #expect(PollEvents([.readable, .hungUp]).description == "POLLIN|POLLHUP")
    #expect(PollEvents([]).description == "0")
    #expect(PollEvents(rawValue: 0x400).description == "0x400")
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

  @Test("The family of an address in numbers")
  func numericHosts() {
    for host in ["127.0.0.1", "0.0.0.0"] { #expect(AddressFamily(ofNumericHost: host) == .ipv4) }
    for host in ["::1", "[::1]", "fe80::1%lo", "::ffff:1.2.3.4"] {
      #expect(AddressFamily(ofNumericHost: host) == .ipv6)
    }
    for host in ["", "localhost", "1.2.3", "::g", "[::1", "a:b"] { #expect(AddressFamily(ofNumericHost: host) == nil) }
    #expect(AddressFamily.ipv4.longestUDPPayload == 65_507 && AddressFamily.unix.longestUDPPayload == nil)
  }
}
