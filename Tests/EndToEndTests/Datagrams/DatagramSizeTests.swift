import SockTestSupport
import Testing

/// Datagrams: every size arrives whole, both ways, and none ends the program.
@Suite(.endToEnd) struct DatagramSizeTests {
  static let sizes = [1, 1472, 8193, 20_000, 65_507]
  static let hosts = ["127.0.0.1", "::1"]

  @Test("A datagram from sock to sock and back arrives whole", arguments: hosts, sizes)
  func roundTripBetweenSocks(_ host: String, _ size: Int) throws {
    let directory = try TemporaryDirectory()
    let sent = RandomData.bytes(size, seed: UInt64(size))
    try writeFile(directory("in"), sent)
    let echo = try SockListener(["--echo", "--json"], verb: "udp-recv", host: host)
    let client = try Sock.start(
      ["connect", "-u", host, "\(echo.port)", "--json"], input: .file(directory("in")))
    let outcome = try Sock.outcome(of: client)
    #expect(outcome.status == 0)
    #expect(outcome.output == sent)
    try echo.output.waitForBytes(size)
    #expect(echo.output.bytes == sent)
    // One datagram each, not the same bytes in pieces.
    #expect(echo.errors.lines.count { $0.contains("\"event\":\"received\"") } == 1)
    #expect(outcome.errorLines.count { $0.contains("\"event\":\"received\"") } <= 1)
  }

  @Test("A datagram sent has the size of the file on stdin, or of the message", arguments: hosts, [0] + sizes)
  func sentSizeIsThatOfInput(_ host: String, _ size: Int) throws {
    let (peer, port) = try PythonPeer.datagrams(
      host: host, "data, who = s.recvfrom(70000)\nsay(len(data), digest(data))")
    let sent = RandomData.bytes(size, seed: 9)
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), sent)
    if size == 0 {
      #expect(try Sock.run(["udp-send", host, "\(port)", ""]).status == 0)
    } else {
      #expect(try Sock.run(["send", "-u", "-q", "0", host, "\(port)"], input: .file(directory("in"))).status == 0)
    }
    let hash = try RunningProcess("sha256sum", [directory("in")])
    try hash.wait()
    #expect(try peer.reply() == "\(size) " + (hash.output?.text.prefix(64) ?? ""))
  }

  @Test("A datagram arrives whole at every verb that receives", arguments: hosts, sizes)
  func everyReceivingVerbGetsWholeDatagrams(_ host: String, _ size: Int) throws {
    let sent = RandomData.bytes(size, seed: 10)
    for arguments in [["udp-recv", "--count", "1"], ["recv", "-u", "--count", "1"], ["listen", "-u"]] {
      let listener = try SockListener(Array(arguments.dropFirst()), verb: arguments[0], host: host)
      let peer = try PythonPeer(
        """
        s = socket.socket(family('\(host)'), socket.SOCK_DGRAM)
        s.sendto(sys.stdin.buffer.read(\(size)), ('\(host)', \(listener.port)))
        """)
      try peer.process.input?.write(sent)
      try peer.finish()
      try listener.output.waitForBytes(size)
      if arguments[0] != "listen" { #expect(try listener.outcome().status == 0) }
      #expect(listener.output.bytes == sent)
    }
  }

  @Test("A zero-length datagram ends no receiver, and is counted")
  func emptyDatagramEndsNoReceiver() throws {
    let sends = { (port: Int) in
      """
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.connect(('127.0.0.1', \(port)))
      s.send(b'')
      s.send(b'after')
      hear()
      """
    }
    for arguments in [["udp-recv"], ["recv", "-u"], ["listen", "-u"], ["listen", "-u", "-k"]] {
      let listener = try SockListener(Array(arguments.dropFirst()), verb: arguments[0])
      _ = try PythonPeer(sends(listener.port))
      try listener.output.waitForBytes(5)
      #expect(listener.output.text == "after")
      #expect(listener.process.isRunning)
    }
    let counting = try SockListener(["--count", "1"], verb: "udp-recv")
    _ = try PythonPeer(sends(counting.port))
    let outcome = try counting.outcome()
    #expect(outcome.status == 0)
    #expect(outcome.output == [])
  }

  @Test("A zero-length datagram does not end a client")
  func emptyDatagramDoesNotEndAClient() throws {
    let (_, port) = try PythonPeer.datagrams(
      """
      data, who = s.recvfrom(100)
      s.sendto(b'', who)
      s.sendto(b'after', who)
      hear()
      """)
    let sock = try Sock.run(["connect", "-u", "127.0.0.1", "\(port)"], input: .text("hello"))
    #expect(sock.status == 0)
    #expect(sock.text == "after")
  }

  @Test("An empty message is a zero-length datagram", arguments: ["udp-send", "send"])
  func emptyMessageIsAnEmptyDatagram(_ verb: String) throws {
    let (peer, port) = try PythonPeer.datagrams("data, who = s.recvfrom(100)\nsay('got', len(data))")
    let options = verb == "send" ? ["-u", "-q", "0"] : []
    #expect(try Sock.run([verb] + options + ["127.0.0.1", "\(port)", ""]).status == 0)
    #expect(try peer.reply() == "got 0")
  }

  @Test(
    "A datagram over the limit arrives whole or is reported as truncated",
    arguments: [["udp-recv"], ["recv", "-u", "--type", "dgram"]])
  func oversizedDatagramIsReported(_ arguments: [String]) throws {
    let directory = try TemporaryDirectory()
    let unix = directory("socket")
    let verb = arguments[0] == "udp-recv" ? ["udp-recv", "-U"] : ["recv", "-U", "--type", "dgram"]
    let sock = try Sock.start(verb + ["--count", "1", unix])
    try SocketTable.waitForUnixSocket(unix)
    try PythonPeer(
      "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\ns.sendto(b'z' * 100000, '\(unix)')"
    ).finish()
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.output.count == 100_000 || outcome.errors.contains("100000"))
    if outcome.output.count < 100_000 { #expect(outcome.errors.hasPrefix("sock: ")) }
  }

  @Test("A message too long for a datagram is refused with an explanation")
  func tooLongMessageIsExplained() throws {
    let directory = try TemporaryDirectory()
    let (_, port) = try PythonPeer.datagrams("hear()")
    let message = String(repeating: "m", count: 65_508)
    let outcome = try Sock.run(["udp-send", "127.0.0.1", "\(port)", message])
    #expect(outcome.status != 0)
    #expect(outcome.errors.hasPrefix("sock: "))
    #expect(directory.entries == [])
  }

  @Test("--datagram-size splits what one read of stdin returns")
  func datagramSizeSplitsInput() throws {
    let (peer, port) = try PythonPeer.datagrams("for n in range(3): say(len(s.recv(1000)))")
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), RandomData.bytes(250))
    let outcome = try Sock.run(
      ["connect", "-u", "-q", "0", "--datagram-size", "100", "127.0.0.1", "\(port)"], input: .file(directory("in")))
    #expect(outcome.status == 0)
    #expect(try [peer.reply(), peer.reply(), peer.reply()] == ["100", "100", "50"])
  }

  @Test("--frame line makes each line a datagram, newline included")
  func frameLineSendsLines() throws {
    let (peer, port) = try PythonPeer.datagrams("for n in range(4): say(s.recv(1000))")
    let outcome = try Sock.run(
      ["connect", "-u", "-q", "0", "--frame", "line", "127.0.0.1", "\(port)"], input: .text("a\n\nlonger\nrest"))
    #expect(outcome.status == 0)
    #expect(try (0..<4).map { _ in try peer.reply() } == ["b'a\\n'", "b'\\n'", "b'longer\\n'", "b'rest'"])
  }

  @Test("With --frame line, a line that comes in two reads is one datagram")
  func splitLineIsOneDatagram() throws {
    let (peer, port) = try PythonPeer.datagrams("for n in range(2): say(s.recv(1000))")
    let sock = try Sock.start(["connect", "-u", "--frame=line", "127.0.0.1", "\(port)"], input: .pipe)
    try sock.input?.write("first ")
    try sock.waitUntilIdle()
    try sock.input?.write("line\nsecond\n")
    #expect(try peer.reply() == "b'first line\\n'")
    #expect(try peer.reply() == "b'second\\n'")
  }
}
