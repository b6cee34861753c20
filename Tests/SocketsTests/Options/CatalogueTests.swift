import CSocketShims
import Glibc
import Testing

@testable import Sockets

@Suite("The catalogue of socket options")
struct CatalogueTests {
  @Test("has the common options, each name once, each number once a level")
  func uniqueness() {
    let catalogue = SocketOption.catalogue
    #expect(catalogue.count >= 90)
    #expect(Set(catalogue.map(\.name)).count == catalogue.count)
    #expect(Set(catalogue.map { "\($0.level)/\($0.number)" }).count == catalogue.count)
  }

  @Test("says what each option does in one line that fits")
  func meanings() {
    for option in SocketOption.catalogue {
      #expect(!option.meaning.isEmpty, "\(option)")
      #expect(option.meaning.count <= 90, "\(option)")
      #expect(!option.meaning.contains("\n"), "\(option)")
    }
  }

  @Test("has the numbers of the C headers")
  func numbers() {
    let expected: [(String, CInt)] = [
      ("SO_ACCEPTCONN", SO_ACCEPTCONN), ("SO_BINDTODEVICE", SO_BINDTODEVICE), ("SO_BINDTOIFINDEX", SO_BINDTOIFINDEX),
      ("SO_BROADCAST", SO_BROADCAST), ("SO_BSDCOMPAT", SO_BSDCOMPAT), ("SO_BUF_LOCK", SO_BUF_LOCK),
      ("SO_BUSY_POLL", SO_BUSY_POLL), ("SO_COOKIE", SO_COOKIE), ("SO_DEBUG", SO_DEBUG), ("SO_DOMAIN", SO_DOMAIN),
      ("SO_DETACH_FILTER", SO_DETACH_FILTER), ("SO_DONTROUTE", SO_DONTROUTE), ("SO_ERROR", SO_ERROR),
      ("SO_INCOMING_CPU", SO_INCOMING_CPU), ("SO_INCOMING_NAPI_ID", SO_INCOMING_NAPI_ID),
      ("SO_KEEPALIVE", SO_KEEPALIVE), ("SO_LINGER", SO_LINGER), ("SO_LOCK_FILTER", SO_LOCK_FILTER),
      ("SO_MARK", SO_MARK), ("SO_MAX_PACING_RATE", SO_MAX_PACING_RATE), ("SO_MEMINFO", SO_MEMINFO),
      ("SO_NETNS_COOKIE", SO_NETNS_COOKIE), ("SO_NO_CHECK", SO_NO_CHECK), ("SO_OOBINLINE", SO_OOBINLINE),
      ("SO_PASSCRED", SO_PASSCRED), ("SO_PASSSEC", SO_PASSSEC), ("SO_PEEK_OFF", SO_PEEK_OFF),
      ("SO_PEERCRED", SO_PEERCRED), ("SO_PEERGROUPS", SO_PEERGROUPS), ("SO_PRIORITY", SO_PRIORITY),
      ("SO_PREFER_BUSY_POLL", SO_PREFER_BUSY_POLL), ("SO_PROTOCOL", SO_PROTOCOL), ("SO_RCVBUF", SO_RCVBUF),
      ("SO_RCVBUFFORCE", SO_RCVBUFFORCE), ("SO_RCVLOWAT", SO_RCVLOWAT), ("SO_RCVTIMEO", SO_RCVTIMEO),
      ("SO_RESERVE_MEM", SO_RESERVE_MEM), ("SO_REUSEADDR", SO_REUSEADDR), ("SO_REUSEPORT", SO_REUSEPORT),
      ("SO_RXQ_OVFL", SO_RXQ_OVFL), ("SO_SELECT_ERR_QUEUE", SO_SELECT_ERR_QUEUE), ("SO_SNDBUF", SO_SNDBUF),
      ("SO_SNDBUFFORCE", SO_SNDBUFFORCE), ("SO_SNDLOWAT", SO_SNDLOWAT), ("SO_SNDTIMEO", SO_SNDTIMEO),
      ("SO_TIMESTAMP", SO_TIMESTAMP), ("SO_TIMESTAMPING", SO_TIMESTAMPING), ("SO_TIMESTAMPNS", SO_TIMESTAMPNS),
      ("SO_TXREHASH", SO_TXREHASH), ("SO_TYPE", SO_TYPE), ("SO_ZEROCOPY", SO_ZEROCOPY),
      ("TCP_CC_INFO", TCP_CC_INFO), ("TCP_CONGESTION", TCP_CONGESTION), ("TCP_CORK", TCP_CORK),
      ("TCP_DEFER_ACCEPT", TCP_DEFER_ACCEPT), ("TCP_FASTOPEN", TCP_FASTOPEN), ("TCP_INFO", TCP_INFO),
      ("TCP_FASTOPEN_CONNECT", TCP_FASTOPEN_CONNECT), ("TCP_FASTOPEN_KEY", TCP_FASTOPEN_KEY), ("TCP_INQ", TCP_INQ),
      ("TCP_FASTOPEN_NO_COOKIE", TCP_FASTOPEN_NO_COOKIE), ("TCP_KEEPCNT", TCP_KEEPCNT),
      ("TCP_KEEPIDLE", TCP_KEEPIDLE), ("TCP_KEEPINTVL", TCP_KEEPINTVL), ("TCP_LINGER2", TCP_LINGER2),
      ("TCP_MAXSEG", TCP_MAXSEG), ("TCP_NODELAY", TCP_NODELAY), ("TCP_NOTSENT_LOWAT", TCP_NOTSENT_LOWAT),
      ("TCP_QUICKACK", TCP_QUICKACK), ("TCP_SAVED_SYN", TCP_SAVED_SYN), ("TCP_SAVE_SYN", TCP_SAVE_SYN),
      ("TCP_SYNCNT", TCP_SYNCNT), ("TCP_TIMESTAMP", TCP_TIMESTAMP), ("TCP_TX_DELAY", TCP_TX_DELAY),
      ("TCP_THIN_LINEAR_TIMEOUTS", TCP_THIN_LINEAR_TIMEOUTS), ("TCP_ULP", TCP_ULP),
      ("TCP_USER_TIMEOUT", TCP_USER_TIMEOUT), ("TCP_WINDOW_CLAMP", TCP_WINDOW_CLAMP),
      ("UDP_CORK", UDP_CORK), ("UDP_ENCAP", UDP_ENCAP), ("UDP_GRO", UDP_GRO), ("UDP_SEGMENT", UDP_SEGMENT),
      ("UDP_NO_CHECK6_RX", UDP_NO_CHECK6_RX), ("UDP_NO_CHECK6_TX", UDP_NO_CHECK6_TX),
      ("IP_ADD_MEMBERSHIP", IP_ADD_MEMBERSHIP), ("IP_BIND_ADDRESS_NO_PORT", IP_BIND_ADDRESS_NO_PORT),
      ("IP_DROP_MEMBERSHIP", IP_DROP_MEMBERSHIP), ("IP_FREEBIND", IP_FREEBIND), ("IP_MINTTL", IP_MINTTL),
      ("IP_MTU", IP_MTU), ("IP_MTU_DISCOVER", IP_MTU_DISCOVER), ("IP_MULTICAST_ALL", IP_MULTICAST_ALL),
      ("IP_MULTICAST_IF", IP_MULTICAST_IF), ("IP_MULTICAST_LOOP", IP_MULTICAST_LOOP), ("IP_OPTIONS", IP_OPTIONS),
      ("IP_MULTICAST_TTL", IP_MULTICAST_TTL), ("IP_NODEFRAG", IP_NODEFRAG), ("IP_PASSSEC", IP_PASSSEC),
      ("IP_PKTINFO", IP_PKTINFO), ("IP_RECVERR", IP_RECVERR), ("IP_RECVFRAGSIZE", IP_RECVFRAGSIZE),
      ("IP_RECVOPTS", IP_RECVOPTS), ("IP_RECVORIGDSTADDR", IP_RECVORIGDSTADDR), ("IP_RECVTOS", IP_RECVTOS),
      ("IP_RECVTTL", IP_RECVTTL), ("IP_RETOPTS", IP_RETOPTS), ("IP_TOS", IP_TOS), ("IP_TTL", IP_TTL),
      ("IP_TRANSPARENT", IP_TRANSPARENT), ("IP_UNICAST_IF", IP_UNICAST_IF),
      ("IPV6_ADDR_PREFERENCES", IPV6_ADDR_PREFERENCES), ("IPV6_AUTOFLOWLABEL", IPV6_AUTOFLOWLABEL),
      ("IPV6_DONTFRAG", IPV6_DONTFRAG), ("IPV6_FREEBIND", IPV6_FREEBIND), ("IPV6_JOIN_GROUP", IPV6_JOIN_GROUP),
      ("IPV6_LEAVE_GROUP", IPV6_LEAVE_GROUP), ("IPV6_MINHOPCOUNT", IPV6_MINHOPCOUNT), ("IPV6_MTU", IPV6_MTU),
      ("IPV6_MTU_DISCOVER", IPV6_MTU_DISCOVER), ("IPV6_MULTICAST_ALL", IPV6_MULTICAST_ALL),
      ("IPV6_MULTICAST_HOPS", IPV6_MULTICAST_HOPS), ("IPV6_MULTICAST_IF", IPV6_MULTICAST_IF),
      ("IPV6_MULTICAST_LOOP", IPV6_MULTICAST_LOOP), ("IPV6_RECVDSTOPTS", IPV6_RECVDSTOPTS),
      ("IPV6_RECVERR", IPV6_RECVERR), ("IPV6_RECVFRAGSIZE", IPV6_RECVFRAGSIZE), ("IPV6_V6ONLY", IPV6_V6ONLY),
      ("IPV6_RECVHOPLIMIT", IPV6_RECVHOPLIMIT), ("IPV6_RECVHOPOPTS", IPV6_RECVHOPOPTS),
      ("IPV6_RECVORIGDSTADDR", IPV6_RECVORIGDSTADDR), ("IPV6_RECVPATHMTU", IPV6_RECVPATHMTU),
      ("IPV6_RECVPKTINFO", IPV6_RECVPKTINFO), ("IPV6_RECVRTHDR", IPV6_RECVRTHDR), ("IPV6_TCLASS", IPV6_TCLASS),
      ("IPV6_RECVTCLASS", IPV6_RECVTCLASS), ("IPV6_TRANSPARENT", IPV6_TRANSPARENT),
      ("IPV6_UNICAST_HOPS", IPV6_UNICAST_HOPS), ("IPV6_UNICAST_IF", IPV6_UNICAST_IF),
    ]
    for (name, number) in expected {
      #expect(SocketOption.named(name)?.number == number, "\(name)")
    }
    // Newer than the headers, or missing there: checked against the kernel's sources by hand.
    let unchecked = Set(SocketOption.catalogue.map(\.name)).subtracting(expected.map(\.0))
    #expect(
      unchecked == [
        "SO_PASSPIDFD", "SO_RCVMARK", "UDPLITE_RECV_CSCOV", "UDPLITE_SEND_CSCOV", "IPV6_FLOWINFO",
        "IPV6_FLOWINFO_SEND",
      ])
  }

  @Test("knows which sockets have an option")
  func applicability() throws {
    func applies(_ name: String, _ transport: Transport, _ family: AddressFamily) -> Bool? {
      SocketOption.named(name)?.applies(to: transport, family: family)
    }
    #expect(applies("TCP_NODELAY", .tcp, .ipv4) == true)
    #expect(applies("TCP_NODELAY", .udp, .ipv4) == false)
    #expect(applies("TCP_NODELAY", .unix, .unix) == false)
    #expect(applies("IPV6_V6ONLY", .tcp, .ipv6) == true)
    #expect(applies("IPV6_V6ONLY", .tcp, .ipv4) == false)
    #expect(applies("IP_TTL", .udp, .ipv4) == true)
    #expect(applies("IP_TTL", .udp, .ipv6) == true)
    #expect(applies("IP_TTL", .unixDatagram, .unix) == false)
    #expect(applies("SO_RCVBUF", .unixSequencedPacket, .unix) == true)
    #expect(applies("SO_PEERCRED", .tcp, .ipv4) == false)
    #expect(applies("UDP_GRO", .udpLite, .ipv4) == false)
  }
}
