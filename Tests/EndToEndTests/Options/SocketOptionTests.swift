import SockTestSupport
import Testing

/// `-o NAME=VALUE`: set before bind or connect as the option needs, shown under -v, refused with the nearest name.
@Suite(.endToEnd) struct SocketOptionTests {
  @Test("-v shows the requested value and what the kernel made of it")
  func requestedAndActualValueAreShown() throws {
    let (_, port) = try PythonPeer.server("c.close()")
    let outcome = try Sock.run(["connect", "-v", "-o", "SO_RCVBUF=64k", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 0)
    let line = outcome.errorLines.first { $0.contains("SO_RCVBUF") } ?? ""
    #expect(line.contains("65536") || line.contains("64k") || line.contains("64K"), "\(outcome.errors)")
    #expect(line.contains("131072"), "the kernel doubles it: \(outcome.errors)")
  }

  @Test(
    "The prefix and the case of a name do not matter, and the peer sees the effect",
    arguments: ["IP_TTL=7", "ip_ttl=7", "ttl=7", "Ip_Ttl=7"])
  func prefixAndCaseDoNotMatter(_ option: String) throws {
    let (peer, port) = try PythonPeer.datagrams(
      """
      s.setsockopt(socket.IPPROTO_IP, 12, 1)  # IP_RECVTTL
      say('ready')
      data, control, flags, who = s.recvmsg(100, 100)
      say(struct.unpack('i', control[0][2])[0])
      """)
    #expect(try peer.reply() == "ready")
    #expect(try Sock.run(["udp-send", "-o", option, "127.0.0.1", "\(port)", "x"]).status == 0)
    #expect(try peer.reply() == "7")
  }

  @Test("SO_LINGER=0 closes with a reset, as requested")
  func lingerZeroResets() throws {
    let (peer, port) = try PythonPeer.server(
      """
      say(receive_exactly(c, 1).decode())
      hear()
      try: say('end', c.recv(1))
      except ConnectionResetError: say('reset')
      """)
    let sock = try Sock.start(
      ["connect", "-o", "SO_LINGER=0", "-q", "0", "--on-eof", "keep", "127.0.0.1", "\(port)"], input: .text("x"))
    #expect(try peer.reply() == "x")
    try sock.wait()
    try peer.tell()
    #expect(try peer.reply() == "reset")
  }

  @Test("Several options are all set, on listeners too")
  func severalOptionsAreSet() throws {
    let listener = try SockListener(
      ["-v", "-o", "TCP_NODELAY", "-o", "SO_KEEPALIVE=1", "-o", "SO_RCVBUF=100000"], input: .text("x"))
    #expect(try Sock.run(["connect", "127.0.0.1", "\(listener.port)"]).text == "x")
    let outcome = try listener.outcome()
    #expect(outcome.status == 0)
    for name in ["TCP_NODELAY", "SO_KEEPALIVE", "SO_RCVBUF"] { #expect(outcome.errors.contains(name)) }
  }

  @Test("SO_REUSEPORT lets two programs listen on one port")
  func reusePortSharesAPort() throws {
    let listener = try SockListener(["-k", "-o", "SO_REUSEPORT"])
    let second = try Sock.start(["listen", "-v", "-o", "SO_REUSEPORT", "127.0.0.1", "\(listener.port)"])
    #expect(try second.errors?.waitForLine(containing: "listening").contains("\(listener.port)") == true)
  }

  @Test(
    "An unknown name is refused with the nearest one",
    arguments: [("SO_RCVBUFF=1", "SO_RCVBUF"), ("TCP_NODELY", "TCP_NODELAY"), ("IP_TTTL=1", "IP_TTL")])
  func unknownNameSuggestsTheNearest(_ option: String, _ nearest: String) throws {
    let outcome = try Sock.run(["connect", "-o", option, "127.0.0.1", "9"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(nearest))
  }

  @Test(
    "An invalid value is refused with the valid ones",
    arguments: [
      ("SO_RCVBUF=-1", "0 to 2147483647 bytes"), ("SO_RCVBUF=3G", "0 to 2147483647 bytes"), ("IP_TTL=256", "1 to 255"),
      ("IP_TTL=0", "1 to 255"), ("TCP_KEEPIDLE=0", "1 to 32767"), ("TCP_KEEPIDLE=40000", "1 to 32767"),
      ("TCP_KEEPCNT=128", "1 to 127"), ("TCP_SYNCNT=0", "1 to 127"), ("TCP_USER_TIMEOUT=-1", "0 to 2147483647"),
      ("SO_LINGER=-5", "0 to 2147483647"), ("IP_TOS=300", "0 to 255"), ("IP_TOS=nosuch", "lowdelay"),
      ("SO_RCVTIMEO=abc", "500ms"), ("SO_RCVTIMEO=-1", "0 to 2147483647"), ("SO_PRIORITY=-1", "0 to 2147483647"),
      ("IP_MTU_DISCOVER=9", "0 to 5"), ("SO_REUSEADDR=maybe", "on or off"), ("SO_BINDTODEVICE=nosuch", "there is"),
      ("SO_BINDTOIFINDEX=nosuch", "an interface"), ("IP_MULTICAST_IF=nosuch", "an interface"),
      ("IP_ADD_MEMBERSHIP=1.2.3.4", "239.1.2.3"), ("TCP_CONGESTION=nosuch", "this kernel has "),
      ("TCP_CONGESTION=a-name-that-is-too-long", "at most 15 bytes"), ("SO_TYPE=1", "can be read, but not set"),
      ("IP_OPTIONS=0g", "hexadecimal"), ("TCP_MAXSEG=40", "88 to 32767"), ("IP_LOCAL_PORT_RANGE=9", "20000-30000"),
    ], [["opts"], ["connect", "127.0.0.1", "9", "-o"]])
  func invalidValueIsExplained(_ option: (String, what: String), _ words: [String]) throws {
    let outcome = try Sock.run(words + [option.0])
    #expect(outcome.status == 64, "\(outcome)")
    #expect(
      outcome.errors.contains(option.0.prefix { $0 != "=" }) && outcome.errors.contains(option.what), "\(outcome)")
  }

  @Test(
    "An option that the socket or the kernel lacks is 78, and the message says which",
    arguments: [
      ("--type udp TCP_NODELAY=on", "it is an option of tcp, mptcp"),
      ("--type tcp UDP_CORK=on", "it is an option of udp"),
      ("--type tcp TCP_ULP=nosuch", "this kernel has no such protocol"),
    ])
  func unsupportedOptionIs78(
    _ words: String, _ what: String
  ) throws {
    let outcome = try Sock.run(["opts"] + words.split(separator: " ").map(String.init))
    #expect(outcome.status == 78 && outcome.errors.contains(what), "\(outcome)")
  }

  @Test(
    "What an option needs besides its value is mentioned",
    .enabled(if: Privileges.isRoot, "needs root, for raw sockets"),
    arguments: [
      ("IPV6_CHECKSUM=4", 0, "asked 4, got 4"), ("IPV6_CHECKSUM=5", 64, "an even number"),
      ("TCP_QUEUE_SEQ=5", 64, "TCP_REPAIR=1"), ("TCP_RTO_MIN_US=1", 64, "two ticks"),
      ("NETLINK_ADD_MEMBERSHIP=100000", 64, "no such group"), ("NETLINK_ADD_MEMBERSHIP=0", 64, "1 to 2147483647"),
      ("--type packet-dgram PACKET_VNET_HDR=on", 64, "whole frames"), ("TLS_TX_ZEROCOPY_RO=on", 78, "TCP_ULP=tls"),
    ])
  func relatedSettingsAreMentioned(_ words: String, _ status: Int, _ what: String) throws {
    let outcome = try Sock.run(["opts"] + words.split(separator: " ").map(String.init))
    #expect(outcome.status == status && (outcome.text + outcome.errors).contains(what), "\(outcome)")
  }

  @Test("A name that exists at two levels is taken from the socket's family")
  func ambiguousNameFollowsTheFamily() throws {
    #expect(try Sock.run(["opts", "-6", "MCAST_JOIN_GROUP"]).text.contains("IPPROTO_IPV6"))
    #expect(try Sock.run(["opts", "-4", "MCAST_JOIN_GROUP"]).text.contains("IPPROTO_IP,"))
  }

  @Test(
    "An invalid value is named",
    arguments: ["SO_RCVBUF=big", "TCP_NODELAY=perhaps", "IP_TTL=-5", "IP_TTL=300", "SO_LINGER=x", "SO_RCVBUF"])
  func wrongValueIsNamed(_ option: String) throws {
    let outcome = try Sock.run(["connect", "-o", option, "127.0.0.1", "9"])
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.errors.contains(option.prefix { $0 != "=" }))
  }
}
