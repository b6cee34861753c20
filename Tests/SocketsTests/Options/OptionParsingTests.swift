import Testing

@testable import Sockets

@Suite("Socket options as users write them")
struct OptionParsingTests {
  @Test(
    "an assignment is understood, and shown in its natural form",
    arguments: [
      ("SO_RCVBUF=1M", "SO_RCVBUF=1048576"), ("so_rcvbuf=64k", "SO_RCVBUF=65536"), ("RCVBUF=512", "SO_RCVBUF=512"),
      ("SO_RCVBUF=1.5M", "SO_RCVBUF=1572864"), ("SO_RCVBUF=64kB", "SO_RCVBUF=65536"),
      ("TCP_LINGER2=1h", "TCP_LINGER2=3600 s"),
      ("SO_RCVBUF=1MiB", "SO_RCVBUF=1048576"), ("SO_RCVBUF=0x1000", "SO_RCVBUF=4096"), ("SO_RCVBUF=0", "SO_RCVBUF=0"),
      ("tcp_nodelay", "TCP_NODELAY=on"), ("nodelay", "TCP_NODELAY=on"), ("TCP_NODELAY=off", "TCP_NODELAY=off"),
      ("TCP_NODELAY=0", "TCP_NODELAY=off"), ("TCP_NODELAY=Yes", "TCP_NODELAY=on"), ("TCP_CORK=true", "TCP_CORK=on"),
      ("SO_LINGER=0", "SO_LINGER=on (0 s)"), ("SO_LINGER=5", "SO_LINGER=on (5 s)"), ("SO_LINGER=off", "SO_LINGER=off"),
      ("SO_LINGER=on (5 s)", "SO_LINGER=on (5 s)"), ("linger=2s", "SO_LINGER=on (2 s)"),
      ("IP_TOS=af21", "IP_TOS=af21"), ("IP_TOS=0x48", "IP_TOS=af21"), ("IP_TOS=16", "IP_TOS=lowdelay"),
      ("IP_TOS=LowDelay", "IP_TOS=lowdelay"), ("IP_TOS=3", "IP_TOS=3"), ("IPV6_TCLASS=ef", "IPV6_TCLASS=ef"),
      ("SO_RCVTIMEO=1.5s", "SO_RCVTIMEO=1.5 s"), ("SO_RCVTIMEO=250ms", "SO_RCVTIMEO=0.25 s"),
      ("SO_RCVTIMEO=0", "SO_RCVTIMEO=off"), ("SO_RCVTIMEO=off", "SO_RCVTIMEO=off"),
      ("SO_SNDTIMEO=2m", "SO_SNDTIMEO=120 s"),
      ("TCP_USER_TIMEOUT=1.5s", "TCP_USER_TIMEOUT=1500 ms"), ("TCP_USER_TIMEOUT=200", "TCP_USER_TIMEOUT=200 ms"),
      ("TCP_KEEPIDLE=2m", "TCP_KEEPIDLE=120 s"), ("TCP_LINGER2=-1", "TCP_LINGER2=-1 s"),
      ("SO_BUSY_POLL=50", "SO_BUSY_POLL=50 us"), ("TCP_CONGESTION=reno", "TCP_CONGESTION=reno"),
      ("IP_TTL=5", "IP_TTL=5"), ("ttl=default", "IP_TTL=default"), ("IP_MTU_DISCOVER=do", "IP_MTU_DISCOVER=do"),
      ("IP_MTU_DISCOVER=2", "IP_MTU_DISCOVER=do"), ("SO_BINDTODEVICE=lo", "SO_BINDTODEVICE=lo"),
      ("SO_BINDTODEVICE=none", "SO_BINDTODEVICE=none"), ("SO_BINDTOIFINDEX=lo", "SO_BINDTOIFINDEX=lo"),
      ("IP_ADD_MEMBERSHIP=239.1.2.3", "IP_ADD_MEMBERSHIP=239.1.2.3"),
      ("IPV6_JOIN_GROUP=ff02::1%lo", "IPV6_JOIN_GROUP=ff02::1@lo"),
      ("IP_ADD_MEMBERSHIP=224.0.0.1@lo", "IP_ADD_MEMBERSHIP=224.0.0.1@lo"),
      ("IPV6_ADD_MEMBERSHIP=FF02::1", "IPV6_JOIN_GROUP=ff02::1"),
      ("IP_MULTICAST_IF=127.0.0.1", "IP_MULTICAST_IF=127.0.0.1"), ("IP_MULTICAST_IF=lo", "IP_MULTICAST_IF=lo"),
      ("IP_OPTIONS=01 ", nil), ("IP_OPTIONS=0x0101", "IP_OPTIONS=0101"), ("IP_OPTIONS=none", "IP_OPTIONS=none"),
      ("SO_MAX_PACING_RATE=unlimited", "SO_MAX_PACING_RATE=unlimited"),
      ("SO_MAX_PACING_RATE=1G", "SO_MAX_PACING_RATE=1073741824"), ("SO_MARK=0x7", "SO_MARK=7"),
    ] as [(String, String?)])
  func assignment(text: String, expected: String?) {
    let result = try? SocketOptionAssignment(text)
    #expect(result?.description == expected)
  }

  @Test(
    "a structure, a filter, a code is written by its own names, and shown so",
    arguments: [
      ("SCTP_INITMSG=ostreams=10,instreams=5", "SCTP_INITMSG=ostreams=10,instreams=5"),
      ("sctp_initmsg=MAX-TIMEOUT=1.5s", "SCTP_INITMSG=max-timeout=1500ms"), ("SCTP_INITMSG=none", "SCTP_INITMSG=none"),
      ("SCTP_INITMSG=0a00050000000000", "SCTP_INITMSG=ostreams=10,instreams=5"),
      ("SCTP_INITMSG=ostreams=0x10", "SCTP_INITMSG=ostreams=16"), ("SCTP_INITMSG=ostreams=65536", nil),
      ("SCTP_INITMSG=ostreams", nil), ("SCTP_INITMSG=ostreams=-1", nil), ("SCTP_INITMSG=ostreams=1,ostreams=2", nil),
      ("SCTP_INITMSG=streams=1", nil), ("SCTP_INITMSG=", nil), ("SCTP_INITMSG=0a00", nil),
      ("SCTP_INITMSG=ostreams=1,", nil), ("SCTP_INITMSG=max-timeout=66s", nil),
      ("SCTP_RTOINFO=initial=1s,min=200ms", "SCTP_RTOINFO=initial=1000ms,min=200ms"),
      ("SCTP_EVENTS=association,shutdown=on", "SCTP_EVENTS=association,shutdown"),
      ("SCTP_EVENTS=association=off", "SCTP_EVENTS=none"), ("SCTP_EVENTS=association=perhaps", nil),
      ("SCTP_DEFAULT_SNDINFO=stream=3,ppid=46", "SCTP_DEFAULT_SNDINFO=stream=3,ppid=46"),
      ("SCTP_PRIMARY_ADDR=address=192.0.2.1", "SCTP_PRIMARY_ADDR=address=192.0.2.1"),
      ("SCTP_PRIMARY_ADDR=address=192.0.2.1:9", "SCTP_PRIMARY_ADDR=address=192.0.2.1:9"),
      ("SCTP_PRIMARY_ADDR=address=2001:DB8::1", "SCTP_PRIMARY_ADDR=address=2001:db8::1"),
      ("SCTP_PRIMARY_ADDR=address=[2001:db8::1]:9", "SCTP_PRIMARY_ADDR=address=[2001:db8::1]:9"),
      ("SCTP_PRIMARY_ADDR=address=[192.0.2.1]:9", nil), ("SCTP_PRIMARY_ADDR=address=host", nil),
      (
        "SCTP_PEER_ADDR_PARAMS=heartbeat=5s,flags=heartbeat-on+pmtud-off",
        "SCTP_PEER_ADDR_PARAMS=heartbeat=5000ms,flags=heartbeat-on+pmtud-off"
      ),
      ("SCTP_EVENT=type=shutdown,on", "SCTP_EVENT=type=shutdown,on"),
      ("PACKET_FANOUT=group=7,mode=lb,flags=defrag", "PACKET_FANOUT=group=7,mode=lb,flags=defrag"),
      (
        "PACKET_ADD_MEMBERSHIP=interface=lo,type=promisc,address=01005e000001",
        "PACKET_ADD_MEMBERSHIP=interface=lo,type=promisc,address=01005e000001"
      ),
      ("PACKET_ADD_MEMBERSHIP=interface=nosuch0", nil), ("SO_TXTIME=clock=tai", "SO_TXTIME=clock=tai"),
      ("TIPC_GROUP_JOIN=type=5000,instance=3,scope=node", "TIPC_GROUP_JOIN=type=5000,instance=3,scope=node"),
      ("TLS_TX=version=1.2,cipher=aes-gcm-128,keys=0102", "TLS_TX=version=1.2,cipher=aes-gcm-128,keys=0102"),
      ("TLS_TX=030333000102", "TLS_TX=version=1.2,cipher=aes-gcm-128,keys=0102"),
      ("IPV6_PKTINFO=address=::1,interface=lo", "IPV6_PKTINFO=address=::1,interface=lo"),
      ("IP_LOCAL_PORT_RANGE=20000-30000", "IP_LOCAL_PORT_RANGE=20000-30000"),
      ("IP_LOCAL_PORT_RANGE=low=40000,high=40100", "IP_LOCAL_PORT_RANGE=40000-40100"),
      ("IP_LOCAL_PORT_RANGE=low=40000", "IP_LOCAL_PORT_RANGE=low=40000"), ("IP_LOCAL_PORT_RANGE=9-8", nil),
      ("IP_LOCAL_PORT_RANGE=1-65536", nil), ("IP_LOCAL_PORT_RANGE=1-2-3", nil), ("IP_LOCAL_PORT_RANGE=5", nil),
      ("SO_TIMESTAMPING=software+rx-software", "SO_TIMESTAMPING=rx-software+software"),
      ("SO_TIMESTAMPING=0x18", "SO_TIMESTAMPING=rx-software+software"), ("SO_TIMESTAMPING=software+", nil),
      ("SO_BUF_LOCK=3", "SO_BUF_LOCK=send+receive"), ("SO_BUF_LOCK=0", "SO_BUF_LOCK=0"),
      ("MCAST_JOIN_GROUP=239.1.2.3@lo", "MCAST_JOIN_GROUP=239.1.2.3@lo"),
      ("MCAST_JOIN_GROUP=ff15::7@lo", "MCAST_JOIN_GROUP=ff15::7@lo"), ("MCAST_JOIN_GROUP=239.1.2.3,127.0.0.1", nil),
      ("MCAST_JOIN_SOURCE_GROUP=232.1.2.3@lo,127.0.0.1", "MCAST_JOIN_SOURCE_GROUP=232.1.2.3@lo,127.0.0.1"),
      ("MCAST_JOIN_SOURCE_GROUP=232.1.2.3@lo", nil), ("IP_ADD_MEMBERSHIP=ff02::1", nil),
      ("IP_ADD_SOURCE_MEMBERSHIP=232.1.2.3@lo,127.0.0.1", "IP_ADD_SOURCE_MEMBERSHIP=232.1.2.3@lo,127.0.0.1"),
      ("ICMP_FILTER=block=8,0", "ICMP_FILTER=block=0,8"), ("ICMP_FILTER=pass=0", "ICMP_FILTER=pass=0"),
      ("ICMP_FILTER=block=32", nil), ("ICMP_FILTER=8", nil), ("ICMP_FILTER=block=", nil),
      ("ICMPV6_FILTER=pass=128-137", "ICMPV6_FILTER=pass=128-137"), ("ICMPV6_FILTER=all", "ICMPV6_FILTER=all"),
      ("ICMPV6_FILTER=none", "ICMPV6_FILTER=none"), ("ICMPV6_FILTER=block=9-7", nil),
      ("CAN_RAW_FILTER=123:7ff,200~700", "CAN_RAW_FILTER=123:7FF,200~700"),
      ("CAN_RAW_FILTER=12345678:1FFFFFFF", "CAN_RAW_FILTER=12345678:1FFFFFFF"),
      ("CAN_RAW_FILTER=none", "CAN_RAW_FILTER=none"), ("CAN_RAW_FILTER=123", nil), ("CAN_RAW_FILTER=xyz:7FF", nil),
      ("CAN_RAW_ERR_FILTER=bus-off+ack", "CAN_RAW_ERR_FILTER=ack+bus-off"),
      ("DCCP_SOCKOPT_SERVICE=SC:fdpz", "DCCP_SOCKOPT_SERVICE=SC:fdpz"),
      ("DCCP_SOCKOPT_SERVICE=sc=1717858426,7", "DCCP_SOCKOPT_SERVICE=SC:fdpz,7"),
      ("DCCP_SOCKOPT_SERVICE=SC=x6664707A", "DCCP_SOCKOPT_SERVICE=SC:fdpz"),
      ("DCCP_SOCKOPT_SERVICE=SC:a", "DCCP_SOCKOPT_SERVICE=SC:a"), ("DCCP_SOCKOPT_SERVICE=SC:abcde", nil),
      ("DCCP_SOCKOPT_SERVICE=4294967295", nil), ("DCCP_SOCKOPT_SERVICE=SC:", nil),
    ] as [(String, String?)])
  func structures(text: String, expected: String?) throws {
    let result = try? SocketOptionAssignment(text)
    #expect(result?.description == expected)
    // What is shown can be given again, and is the same bytes.
    guard let result else { return }
    #expect(try SocketOptionAssignment(result.description) == result)
  }

  @Test("structures lie in memory as the kernel has them")
  func layouts() throws {
    func hexadecimal(_ text: String) throws -> String {
      let assignment = try SocketOptionAssignment(text)
      return assignment.value.bytes(for: assignment.option.kind).hexadecimal
    }
    #expect(try hexadecimal("SCTP_INITMSG=ostreams=1,instreams=2,attempts=3,max-timeout=4") == "0100020003000400")
    #expect(
      try hexadecimal("SCTP_DEFAULT_SNDINFO=stream=1,flags=2,ppid=3,context=4,association=5")
        == "01000200" + "00000003" + "04000000" + "05000000")
    #expect(
      try hexadecimal("SCTP_PRIMARY_ADDR=association=1,address=192.0.2.1:9").hasPrefix("0100000002000009c0000201"))
    #expect(try hexadecimal("SCTP_PEER_ADDR_PARAMS=dscp=7").count == 2 * 156)
    #expect(try hexadecimal("SCTP_REMOTE_UDP_ENCAPS_PORT=port=9899").hasSuffix("26ab" + "000000000000"))
    #expect(try hexadecimal("DCCP_SOCKOPT_SERVICE=SC:fdpz") == "6664707a")
    #expect(try hexadecimal("CAN_RAW_FILTER=123~7FF") == "23010020ff070000")
    #expect(try hexadecimal("ICMP_FILTER=block=8") == "00010000")
    #expect(
      try hexadecimal("PACKET_ADD_MEMBERSHIP=interface=1,type=promisc,address=0102")
        == "01000000" + "0100" + "0200" + "0102000000000000")
    #expect(try hexadecimal("IP_ADD_SOURCE_MEMBERSHIP=232.1.2.3@lo,192.0.2.1") == "e8010203" + "7f000001" + "c0000201")
    #expect(try hexadecimal("IP_ADD_MEMBERSHIP=239.1.2.3") == "ef010203" + "00000000" + "00000000")
    #expect(try hexadecimal("MCAST_JOIN_GROUP=239.1.2.3").count == 2 * 136)
    #expect(try hexadecimal("MCAST_JOIN_SOURCE_GROUP=232.1.2.3,192.0.2.1").count == 2 * 264)
  }

  @Test(
    "what is wrong is refused, and the message says what is right",
    arguments: [
      ("", "no socket option given: NAME=VALUE, such as SO_RCVBUF=1M"),
      ("=1", "no socket option given: NAME=VALUE, such as SO_RCVBUF=1M"),
      ("SO_RCVBUFF=1", "unknown socket option 'SO_RCVBUFF': did you mean SO_RCVBUF?"),
      ("tcp_nodely", "unknown socket option 'tcp_nodely': did you mean TCP_NODELAY?"),
      ("SO_KEEPALVIE", "unknown socket option 'SO_KEEPALVIE': did you mean SO_KEEPALIVE?"),
      ("completely-different", "unknown socket option 'completely-different'"),
      ("SO_RCVBUF", "SO_RCVBUF needs a value: SO_RCVBUF=0 to 2147483647 bytes (K, M, G are understood)"),
      (
        "SO_RCVBUF=big",
        "'big' is not a value for SO_RCVBUF: it takes 0 to 2147483647 bytes (K, M, G are understood)"
      ),
      ("SO_RCVBUF=-1", "'-1' is not a value for SO_RCVBUF: it takes 0 to 2147483647 bytes (K, M, G are understood)"),
      ("SO_RCVBUF=4G", "'4G' is not a value for SO_RCVBUF: it takes 0 to 2147483647 bytes (K, M, G are understood)"),
      ("SO_RCVBUF=", "'' is not a value for SO_RCVBUF: it takes 0 to 2147483647 bytes (K, M, G are understood)"),
      ("TCP_NODELAY=maybe", "'maybe' is not a value for TCP_NODELAY: it takes on or off"),
      ("IP_TTL=0", "'0' is not a value for IP_TTL: it takes default, or 1 to 255"),
      ("IP_TTL=256", "'256' is not a value for IP_TTL: it takes default, or 1 to 255"),
      (
        "IP_TOS=af99",
        "'af99' is not a value for IP_TOS: it takes lowdelay, throughput, le, reliability, mincost, ef, cs0, cs1, …, "
          + "or 0 to 255"
      ),
      (
        "TCP_KEEPIDLE=0",
        "'0' is not a value for TCP_KEEPIDLE: it takes seconds (1 to 32767), or a time such as 500ms, 5s, 2m"
      ),
      (
        "SO_LINGER=-1",
        "'-1' is not a value for SO_LINGER: it takes seconds (0 to 2147483647, 0 resets the connection), or off"
      ),
      ("SO_LINGER", "SO_LINGER needs a value: SO_LINGER=seconds (0 to 2147483647, 0 resets the connection), or off"),
      (
        "TCP_USER_TIMEOUT=-1",
        "'-1' is not a value for TCP_USER_TIMEOUT: it takes milliseconds (0 to 2147483647), or a time such as 500ms, 5s, 2m"
      ),
      (
        "SO_RCVTIMEO=soon",
        "'soon' is not a value for SO_RCVTIMEO: it takes seconds (0 to 2147483647), or a time such as 500ms, 1.5s, or off"
      ),
      ("SO_TYPE=1", "SO_TYPE can be read, but not set"), ("so_error", "SO_ERROR can be read, but not set"),
      (
        "TCP_CONGESTION=abcdefghijklmnop",
        "'abcdefghijklmnop' is not a value for TCP_CONGESTION: it takes a name of at most 15 bytes"
      ),
      (
        "SCTP_INITMSG=streams=9",
        "'streams=9' is not a value for SCTP_INITMSG: it takes ostreams=N,instreams=N,attempts=N,max-timeout=TIME, what is "
          + "left out being 0"
      ),
      (
        "SO_BINDTOIFINDEX=nosuch0",
        "'nosuch0' is not a value for SO_BINDTOIFINDEX: it takes the name or the index of an interface, or none; "
          + NetworkInterface.complaint(about: "nosuch0")
      ),
      (
        "IP_ADD_MEMBERSHIP=10.0.0.1",
        "'10.0.0.1' is not a value for IP_ADD_MEMBERSHIP: it takes GROUP or GROUP@INTERFACE, such as 239.1.2.3@lo"
      ),
    ])
  func error(text: String, expected: String) {
    #expect(message { () throws(SocketOptionError) in _ = try SocketOptionAssignment(text) } == expected)
  }

  @Test(
    "a name is found with or without its prefix, in any case",
    arguments: [
      ("SO_RCVBUF", "SO_RCVBUF"), ("rcvbuf", "SO_RCVBUF"), ("V6only", "IPV6_V6ONLY"), ("ttl", "IP_TTL"),
      ("cork", "TCP_CORK"), ("udp_cork", "UDP_CORK"), ("mtu", "IP_MTU"), ("ipv6_mtu", "IPV6_MTU"),
      ("recverr", "IP_RECVERR"), ("info", "TCP_INFO"), ("send_cscov", "UDPLITE_SEND_CSCOV"), ("gro", "UDP_GRO"),
      ("IP_RECVRETOPTS", "IP_RETOPTS"), ("", nil), ("SO_", nil), ("_", nil), ("NO", nil), ("RCVBUF ", nil),
    ] as [(String, String?)])
  func naming(text: String, expected: String?) {
    #expect(SocketOption.named(text)?.name == expected)
  }

  @Test("every name of the catalogue finds its own row, in any case")
  func everyName() {
    for option in SocketOption.catalogue {
      #expect(SocketOption.named(option.name)?.name == option.name)
      #expect(SocketOption.rows(named: option.name.lowercased()).contains(option))
    }
  }

  @Test("the expectations of every kind say something")
  func expectations() {
    for option in SocketOption.catalogue { #expect(!option.kind.expectation.isEmpty, "\(option)") }
    #expect(SocketOption.named("TCP_SYNCNT")?.kind.expectation == "1 to 127 tries")
    #expect(SocketOption.named("SO_MARK")?.kind.expectation == "0 to 4294967295")
    #expect(SocketOption.named("SO_RCVBUF")?.unit == "bytes")
    #expect(SocketOption.named("TCP_KEEPIDLE")?.unit == "seconds")
    #expect(SocketOption.named("TCP_USER_TIMEOUT")?.unit == "milliseconds")
    #expect(SocketOption.named("TCP_NODELAY")?.unit == nil)
  }

  @Test("no text at all makes the parser fail in another way than by its error")
  func totality() {
    let pieces = [
      "SO_", "LINGER", "=", "0", "-", ".", "1e9", " ", "µs", "\u{0}", "%", "ff", "on (", ")", "999999999999999999999",
    ]
    for first in pieces {
      for second in pieces {
        for name in [
          "", "SCTP_INITMSG=", "SCTP_PRIMARY_ADDR=address=", "TLS_TX=", "ICMP_FILTER=block=", "CAN_RAW_FILTER=",
          "DCCP_SOCKOPT_SERVICE=", "MCAST_JOIN_GROUP=", "SO_TIMESTAMPING=", "SO_LINGER=", "SO_RCVTIMEO=", "SO_RCVBUF=",
          "IP_OPTIONS=", "IP_ADD_MEMBERSHIP=",
          "SO_MARK=",
        ] {
          _ = try? SocketOptionAssignment(name + first + second)
        }
      }
    }
  }
}
