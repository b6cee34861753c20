import SockTestSupport
import Testing

/// Unix sockets that keep message boundaries: datagrams and sequenced packets.
@Suite(.endToEnd) struct UnixDatagramTests {
  @Test("A Unix datagram goes from udp-send to udp-recv")
  func datagramBetweenVerbs() throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let receiver = try Sock.start(["udp-recv", "-U", "--count", "1", path])
    try SocketTable.waitForUnixSocket(path)
    #expect(try Sock.run(["udp-send", "-U", path, "Hello, world!"]).status == 0)
    let outcome = try Sock.outcome(of: receiver)
    #expect(outcome.status == 0)
    #expect(outcome.text == "Hello, world!")
    #expect(directory.entries == [])
  }

  @Test("A Unix datagram is echoed to the sender's path")
  func echoGoesToTheSendersPath() throws {
    let directory = try TemporaryDirectory()
    let path = directory("echo")
    _ = try Sock.start(["udp-recv", "-U", "--echo", path])
    try SocketTable.waitForUnixSocket(path)
    let outcome = try Sock.run(["udp-send", "-U", "--reply", path, "echo me"])
    #expect(outcome.status == 0)
    #expect(outcome.text == "echo me")
    #expect(directory.entries == ["echo"])
  }

  @Test("connect and listen exchange Unix datagrams")
  func connectAndListen() throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let server = try Sock.start(["listen", "-U", "--type", "dgram", path], input: .pipe)
    try SocketTable.waitForUnixSocket(path)
    let client = try Sock.start(["connect", "-U", "--type", "dgram", path], input: .pipe)
    try client.input?.write("question")
    try server.output?.waitForBytes(8)
    try server.input?.write("answer")
    try client.output?.waitForBytes(6)
    #expect(server.output?.text == "question")
    #expect(client.output?.text == "answer")
    client.input?.close()
    #expect(try client.wait().status == 0)
  }

  @Test("Unix datagrams from socat arrive")
  func datagramsFromSocat() throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let sock = try Sock.start(["udp-recv", "-U", "--count", "1", path])
    try SocketTable.waitForUnixSocket(path)
    let socat = try RunningProcess("socat", ["-u", "STDIN", "UNIX-SENDTO:\(path)"], input: .text("from socat"))
    #expect(try socat.wait().status == 0)
    #expect(try Sock.outcome(of: sock).text == "from socat")
  }

  @Test("A Unix datagram without a receiver is 69")
  func missingReceiverIs69() throws {
    let directory = try TemporaryDirectory()
    let path = directory("dead")
    try PythonPeer("s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\ns.bind('\(path)')\ns.close()").finish()
    let outcome = try Sock.run(["udp-send", "-U", path, "x"])
    #expect(outcome.status == 69)
    #expect(isSocket(path))
  }

  @Test("Sequenced packets keep their boundaries, and end")
  func sequencedPacketsKeepBoundaries() throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let peer = try PythonPeer(
      """
      l = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
      l.bind('\(path)')
      l.listen(1)
      say('ready')
      c, who = l.accept()
      say(c.recv(1000), c.recv(1000))
      c.send(b'one ')
      c.send(b'two')
      c.close()
      """)
    #expect(try peer.reply() == "ready")
    let sock = try Sock.start(["connect", "-U", "--type", "seqpacket", "--frame", "line", path], input: .pipe)
    try sock.input?.write("first\nsecond\n")
    #expect(try peer.reply() == "b'first\\n' b'second\\n'")
    sock.input?.close()
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0)
    #expect(outcome.text == "one two")
  }

  @Test("Sequenced packets between listen and connect")
  func sequencedPacketsBetweenVerbs() throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let server = try Sock.start(["listen", "-U", "--type", "seqpacket", path], input: .text("from the server"))
    try SocketTable.waitForUnixSocket(path)
    let client = try Sock.run(["connect", "-U", "--type=seqpacket", path], input: .text("from the client"))
    #expect(client.status == 0)
    #expect(client.text == "from the server")
    let outcome = try Sock.outcome(of: server)
    #expect(outcome.status == 0)
    #expect(outcome.text == "from the client")
  }
}
