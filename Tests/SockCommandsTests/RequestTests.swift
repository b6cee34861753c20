import Operations
import Sockets
import Testing
import Transfer

@testable import SockCommands

@Suite("From lines to requests")
struct RequestTests {
  private func connect(_ text: String) throws -> ConnectRequest {
    try ConnectCommand.request(arguments(.connect, text))
  }
  private func send(_ text: String) throws -> ConnectRequest { try SendCommand.request(arguments(.send, text)) }
  private func listen(_ text: String) throws -> ListenRequest {
    try ListenCommand.request(arguments(.listen, text))
  }
  private func recv(_ text: String) throws -> ListenRequest { try RecvCommand.request(arguments(.recv, text)) }
  private func udpSend(_ text: String) throws -> DatagramSendRequest {
    try UDPSendCommand.request(arguments(.udpSend, text))
  }
  private func udpRecv(_ text: String) throws -> DatagramReceiveRequest {
    try UDPRecvCommand.request(arguments(.udpRecv, text))
  }

  @Test("Without options a request has the defaults")
  func defaults() throws {
    let request = try connect("localhost 80")
    #expect(request.endpoint == Endpoint(target: .internet(host: "localhost", service: "80")))
    #expect(request.transport == .tcp)
    #expect(request.probe == false && request.message == nil)
    let link = request.options
    #expect(link.family == .unspecified && link.connectTimeout == .seconds(10) && link.idleTimeout == nil)
    #expect(link.deadline == nil && link.wait == nil && link.socketOptions == [])
    #expect(link.sourceHost == nil && link.sourcePort == nil)
    #expect(link.onEOF == .halfClose && link.onPeerEOF == .continue && link.direction == .both)
    #expect(link.crlf == false && link.datagramSize == nil && link.framing == .read)
    #expect(link.hexDump == false && link.log == nil && link.logHex == nil)
    let local = try listen("80")
    #expect(local.keepOpen == false && local.mode == nil && local.count == nil && local.peerTimeout == .seconds(60))
  }

  @Test("Options of one protocol reach its sockets, and are refused for others")
  func protocols() throws {
    #expect(
      try connect("--sctp --sctp-stream 3 --sctp-ppid 46 h 1").options.protocolSettings == [
        .messageStream(3), .payloadProtocol(46),
      ])
    #expect(
      try udpSend("--sctp-ppid 0xffffffff sctp://h:1 x").options.protocolSettings == [.payloadProtocol(.max)])
    #expect(
      try listen("--sctp --type seqpacket --sctp-stream 65534 1").options.protocolSettings == [.messageStream(65534)])
    #expect(
      try udpRecv("--udplite --udplite-coverage 20 1").options.protocolSettings == [
        .sentCoverage(20), .requiredCoverage(20),
      ])
    #expect(
      try send("--udplite-coverage recv=0,send=8 udplite://h:1 x").options.protocolSettings == [
        .requiredCoverage(0), .sentCoverage(8),
      ])
    #expect(
      try recv("--dccp-service SC:fdpz dccp://h:1").options.protocolSettings == [
        .serviceCode(DCCPServiceCode(rawValue: 0x6664_707a))
      ])
    let refusals = [
      ("--sctp-stream 3 h 1", "--sctp-stream is for SCTP, which --sctp or sctp:// choose: tcp has no such thing"),
      ("--sctp-ppid 3 -u h 1", "--sctp-ppid is for SCTP, which --sctp or sctp:// choose: udp has no such thing"),
      (
        "--udplite-coverage 8 -u h 1",
        "--udplite-coverage is for UDP-Lite, which --udplite or udplite:// choose: udp has no such thing"
      ),
      (
        "--dccp-service 8 --sctp h 1",
        "--dccp-service is for DCCP, which --dccp or dccp:// choose: sctp has no such thing"
      ),
      ("--sctp --sctp-stream 65535 h 1", "--sctp-stream '65535' is not a number from the range 0 to 65534"),
      ("--sctp --sctp-ppid 4294967296 h 1", "--sctp-ppid '4294967296' is not a number from the range 0 to 4294967295"),
      ("--sctp --sctp-ppid=+1 h 1", "--sctp-ppid '+1' is not a number from the range 0 to 4294967295"),
    ]
    for (text, expected) in refusals {
      #expect(usageError { _ = try connect(text) } == expected)
    }
    for coverage in ["7", "1", "65536", "send=8,send=8", "recv=8,recv=8", "x", "send=", "both=8"] {
      #expect(throws: OperationError.self) { try connect("--udplite --udplite-coverage \(coverage) h 1") }
    }
    for code in ["SC:", "SC:abcde", "4294967295", "-1", "fdpz"] {
      #expect(throws: OperationError.self) { try connect("--dccp --dccp-service=\(code) h 1") }
    }
  }

  @Test("Every option of a connection reaches its field")
  func connectionOptions() throws {
    #expect(try connect("-4 h 1").options.family == .ipv4)
    #expect(try connect("-6 h 1").options.family == .ipv6)
    #expect(try connect("-w 1.5 h 1").options.connectTimeout == .milliseconds(1500))
    #expect(try connect("-w 20us h 1").options.connectTimeout == .microseconds(20))
    #expect(try connect("-w 0 h 1").options.connectTimeout == nil)
    #expect(try connect("-i 300ms h 1").options.idleTimeout == .milliseconds(300))
    #expect(try connect("-i 0 h 1").options.idleTimeout == nil)
    #expect(try connect("--deadline 2m h 1").options.deadline == .seconds(120))
    #expect(try connect("-q 0 h 1").options.wait == .zero)
    #expect(try connect("-q 1h h 1").options.wait == .seconds(3600))
    #expect(
      try connect("-o SO_RCVBUF=64K -o nodelay h 1").options.socketOptions.map { "\($0)" } == [
        "SO_RCVBUF=65536", "TCP_NODELAY=on",
      ])
    #expect(try connect("-s 127.0.0.2 h 1").options.sourceHost == "127.0.0.2")
    #expect(try connect("-p 1024 h 1").options.sourcePort == "1024")
    #expect(try connect("--on-eof keep h 1").options.onEOF == .keep)
    #expect(try connect("--on-eof close h 1").options.onEOF == .close)
    #expect(try connect("--on-peer-eof exit h 1").options.onPeerEOF == .exit)
    #expect(try connect("--send-only h 1").options.direction == .sendOnly)
    #expect(try connect("--recv-only h 1").options.direction == .receiveOnly)
    #expect(try connect("--crlf h 1").options.crlf)
    #expect(try connect("--datagram-size 1k h 1").options.datagramSize == 1024)
    #expect(try connect("--frame line h 1").options.framing == .line)
    #expect(try connect("-x h 1").options.hexDump)
    #expect(try connect("--log f h 1").options.log == "f")
    #expect(try connect("--log-hex f h 1").options.logHex == "f")
  }

  @Test("What only some verbs have")
  func verbs() throws {
    #expect(try connect("-z h 1").probe)
    #expect(try send("--no-reply h 1").options.direction == .sendOnly)
    #expect(try listen("-k 1").keepOpen)
    #expect(try listen("--mode 600 -U /s").mode == 0o600)
    #expect(try listen("--peer-timeout 5 -u 1").peerTimeout == .seconds(5))
    #expect(try recv("1").options.direction == .receiveOnly)
    #expect(try recv("--count 3 1").count == 3)
    #expect(try udpRecv("--count 3 --echo 1").count == 3)
    #expect(try udpRecv("--echo 1").echo)
    #expect(try udpRecv("-U --mode 0600 /s").mode == 0o600)
    #expect(try udpSend("h 1 m").replies == 0)
    #expect(try udpSend("--reply h 1 m").replies == 1)
    #expect(try udpSend("h 1 m --reply 4").replies == 4)
    #expect(try udpSend("--reply=4 -q 2 h 1 m").options.wait == .seconds(2))
  }

  @Test(
    "Flags and endpoints name the transport",
    arguments: [
      ("h 1", Transport.tcp), ("-u h 1", .udp), ("--mptcp h 1", .mptcp), ("--sctp h 1", .sctp), ("--dccp h 1", .dccp),
      ("--udplite h 1", .udpLite), ("-U /s", .unix), ("-u -U /s", .unixDatagram), ("-U --type dgram /s", .unixDatagram),
      ("-U --type seqpacket /s", .unixSequencedPacket), ("-U --type stream /s", .unix), ("--type dgram h 1", .udp),
      ("--type stream h 1", .tcp), ("udp://h:1", .udp), ("tcp!h!1", .tcp), ("-u udp://h:1", .udp), ("udp6:h:1", .udp),
      ("--sctp sctp-seqpacket:h:1", .sctpSequencedPacket), ("-U -u unix:/s", .unixDatagram),
      ("unix:/s", .unix), ("-u unix:/s", .unixDatagram), ("--type dgram unix:@s", .unixDatagram),
      ("--type seqpacket unix:///s", .unixSequencedPacket), ("vsock:2:1", .vsock), ("fd:3", .tcp),
    ])
  func transports(_ text: String, _ transport: Transport) throws {
    #expect(try connect(text).transport == transport)
  }

  @Test(
    "An endpoint of another transport or family than the options is refused",
    arguments: [
      ("-u tcp://h:1", "--udp and 'tcp://h:1' name two transports"),
      ("-U tcp://h:1", "--unix and 'tcp://h:1' name two transports"),
      ("--udp tcp:h:1", "--udp and 'tcp:h:1' name two transports"),
      ("--mptcp tcp!h!1", "--mptcp and 'tcp!h!1' name two transports"),
      ("--udplite udp://h:1", "--udplite and 'udp://h:1' name two transports"),
      ("--sctp unix:/s", "--sctp and 'unix:/s' name two transports"),
      ("-u vsock:2:1", "--udp and 'vsock:2:1' name two transports"),
      ("-u raw:h:icmp", "--udp and 'raw:h:icmp' name two transports"),
      ("-4 tcp6:h:1", "'tcp6:h:1' is of IPv6, and an option asks for IPv4"),
      ("--family inet6 udp4://h:1", "'udp4://h:1' is of IPv4, and an option asks for IPv6"),
    ])
  func contradictions(_ text: String, _ complaint: String) throws {
    let error = usageError { _ = try connect(text) }
    #expect(error?.hasPrefix(complaint) == true, "\(error ?? "none")")
  }

  @Test(
    "Numbers name the transport, its family and the address",
    arguments: [
      ("--family inet h 1", "tcp", "h:1", AddressFamily.ipv4), ("--family 10 --udp h 1", "udp", "h:1", .ipv6),
      ("--family inet --type stream --protocol 262 h 1", "mptcp", "h:1", .ipv4),
      ("--family PF_INET h 1", "tcp", "h:1", .ipv4), ("--family AF_LOCAL x", "unix", "x", .unix),
      ("--family unspec h 1", "tcp", "h:1", .unspecified), ("--family PF_UNSPEC -6 h 1", "tcp", "h:1", .ipv6),
      ("--type SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC h 1", "tcp", "h:1", .unspecified),
      ("--type raw --protocol ospf h ospf", "raw", "h:89", .unspecified),
      ("--protocol mptcp h 1", "mptcp", "h:1", .unspecified), ("--type raw --family 2 h 6", "raw", "h:6", .ipv4),
      ("--family inet tcp://h:1", "tcp", "h:1", .ipv4), ("-4 --family inet h 1", "tcp", "h:1", .ipv4),
      ("--family AF_INET --type SOCK_DGRAM --protocol IPPROTO_UDPLITE h 1", "udplite", "h:1", .ipv4),
      ("--family unix /s", "unix", "/s", .unix), ("--family 1 --type 5 /s", "unix-seqpacket", "/s", .unix),
      ("--family unix -U --type dgram /s", "unix-dgram", "/s", .unix), ("--family 1 unix:@s", "unix", "@s", .unix),
      ("--family vsock 2:1", "vsock", "vsock:2:1", .vsock), ("--family 40 vsock:2:1", "vsock", "vsock:2:1", .vsock),
      ("--family 2 --address 044c:7f000001", "tcp", "127.0.0.1:1100", .ipv4),
      ("--family 9 --type 5 --address 01", "AF_X25/SOCK_SEQPACKET/0", "AF_X25 01", AddressFamily(rawValue: 9)),
    ])
  func numbers(_ text: String, _ transport: String, _ endpoint: String, _ family: AddressFamily) throws {
    let request = try connect(text)
    #expect((request.endpoint.transport ?? request.transport).name == transport)
    #expect("\(request.endpoint)" == endpoint && request.options.family == family)
  }

  @Test("A protocol comes from the option or from the address, and raw's from the place of the port")
  func protocolNumbers() throws {
    func number(_ text: String) throws -> CInt {
      let request = try udpSend(text + " m")
      return (request.endpoint.transport ?? request.transport).protocolNumber.rawValue
    }
    #expect(try number("--family netlink GENERIC") == 16)
    #expect(try number("--family 16 --protocol kobject_uevent --address 0000") == 15)
    #expect(try number("--family inet --type raw h icmp") == 1)
    #expect(try number("--family inet --type raw --protocol 1 h icmp") == 1)
    #expect(try number("--family can --protocol 7 can0") == 7 && number("--family can can0") == 1)
    #expect(try udpSend("--family 2 --address 0001 a b").message == Array("a b".utf8))
  }

  @Test("The verbs for datagrams take those transports only")
  func datagramTransports() throws {
    #expect(try udpSend("h 1 m").transport == .udp)
    #expect(try udpSend("--udplite h 1 m").transport == .udpLite)
    #expect(try udpSend("-U /s m").transport == .unixDatagram)
    #expect(try udpRecv("unix:@s").transport == .unixDatagram)
    #expect(try udpSend("--type rdm tipc:1:2 m").transport.name == "tipc-rdm")
    #expect(try udpRecv("udplite://*:1").transport == .udpLite)
    #expect(usageError { _ = try udpSend("tcp://h:1 m") }?.hasPrefix("tcp does not carry single datagrams") == true)
  }

  @Test(
    "How many words the endpoint has, and what is left",
    arguments: [
      ("h 1 a b", "h:1", "a b"), ("h:1 a b", "h:1", "a b"), ("::1 80 hello", "[::1]:80", "hello"),
      ("[::1]:80 hello", "[::1]:80", "hello"), ("[::1] 80 hello", "[::1]:80", "hello"),
      ("fe80::1%lo 80 hello", "[fe80::1%lo]:80", "hello"), ("tcp://h:1 a", "h:1", "a"),
      ("udp://[::1]:80 a", "[::1]:80", "a"), ("tcp!h!http a", "h:http", "a"), ("unix:/a:b c", "/a:b", "c"),
      ("-U /s a", "/s", "a"), ("vsock:2:80 a", "vsock:2:80", "a"), ("fd:3 a", "fd:3", "a"), ("h 1", "h:1", nil),
      ("h 1 ''", "h:1", ""), ("h 1 a '' b", "h:1", "a  b"), ("h 1 -- -x -y", "h:1", "-x -y"),
    ])
  func words(_ text: String, _ endpoint: String, _ message: String?) throws {
    let request = try send(text)
    #expect("\(request.endpoint)" == endpoint)
    #expect(request.message == message.map { Array($0.utf8) })
  }

  @Test("A port alone is every interface; a host may stand before it")
  func local() throws {
    #expect(try listen("80").endpoint.target == .internet(host: nil, service: "80"))
    #expect(try listen("h 80").endpoint.target == .internet(host: "h", service: "80"))
    #expect(try listen("*:80").endpoint.target == .internet(host: nil, service: "80"))
    #expect(try listen("-U /s").endpoint.target == .unix(.path(Array("/s".utf8))))
  }

  @Test("The bytes of a message are those of the arguments")
  func bytes() throws {
    let words = ["-v", "h", "1", ArgumentText.text([0xff, 0x00 + 1, 0x80]), "-4", "\u{e9}"]
    let request = try SendCommand.request(ArgumentScanner.scan(words[...], for: .send))
    #expect(request.message == [0xff, 0x01, 0x80, 0x20, 0xc3, 0xa9])
  }

  @Test("Resolve")
  func resolve() throws {
    func request(_ text: String) throws -> ResolveRequest {
      try ResolveCommand.request(arguments(.resolve, text))
    }
    let plain = try request("localhost")
    #expect(plain.name == "localhost" && plain.service == nil && plain.transport == .tcp)
    #expect(plain.family == .unspecified && plain.legacy == false && plain.isReverse == false)
    let full = try request("-6 -u --legacy ::1 domain")
    #expect(full.service == "domain" && full.transport == .udp && full.family == .ipv6 && full.legacy && full.isReverse)
  }

  @Test("Whom ping and trace-route probe")
  func probes() throws {
    func ping(_ text: String) throws -> String {
      let target = try PingCommand.request(arguments(.ping, text)).target
      return "\(target.method) \(target.host) \(target.service ?? "-")"
    }
    func trace(_ text: String) throws -> String {
      let target = try TraceRouteCommand.request(arguments(.traceRoute, text)).target
      return "\(target.method) \(target.host) \(target.service ?? "-")"
    }
    #expect(try ping("h") == "icmp h -" && ping("::1") == "icmp ::1 -" && ping("[::1]") == "icmp ::1 -")
    for text in ["--tcp h 80", "--tcp 80 h", "--tcp h:80", "tcp://h:80", "tcp!h!80", "--tcp tcp://h:80"] {
      #expect(try ping(text) == "tcp h 80" && trace(text) == "tcp h 80")
    }
    #expect(try ping("udp://[fd03::2]:9") == "udp fd03::2 9" && trace("h") == "udp h -")
    let request = try PingCommand.request(arguments(.ping, "--ttl 3 --tos ef --broadcast -o SO_MARK=1 h"))
    let packets = request.target.packets
    #expect(packets.hopLimit == 3 && packets.trafficClass == 0xb8 && packets.broadcast)
    #expect(request.target.socketOptions.map(\.description) == ["SO_MARK=1"])
  }

  @Test("Options")
  func options() throws {
    func request(_ text: String) throws -> OptionsRequest { try OptsCommand.request(arguments(.opts, text)) }
    func target(_ text: String) throws -> String {
      switch try request(text).target {
      case .any: "any"
      case .kind(let kind, let families): "\(kind) \(families.map { "\($0)" }.joined(separator: " "))"
      case .descriptor(let number): "fd:\(number)"
      }
    }
    #expect(try request("").items.isEmpty && target("") == "any")
    #expect(try target("-6 --type udp") == "udp AF_INET6")
    #expect(try target("--type UDP") == "udp AF_INET AF_INET6")
    #expect(try target("-4") == "tcp AF_INET")
    #expect(try target("--type unix-dgram") == "unix-dgram AF_UNIX")
    #expect(try target("--of fd:7") == "fd:7" && target("--of 7") == "fd:7")
    for wrong in ["--of fd:x", "--of fd:-1", "--of fd:0 --type udp", "--of 0 -4", "--type tcq", "--type unix -6"] {
      #expect(throws: OperationError.self, "\(wrong)") { try target(wrong) }
    }
    let items = try request("rcvbuf SO_SNDBUF=1M").items
    guard case .show(let shown) = items[0], case .set(let set) = items[1] else {
      Issue.record("a name shows, an assignment sets")
      return
    }
    #expect(shown.name == "SO_RCVBUF" && "\(set)" == "SO_SNDBUF=1048576")
  }
}
