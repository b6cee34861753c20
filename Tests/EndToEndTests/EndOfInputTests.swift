import SockTestSupport
import Testing

/// Contract, "End of input, stream sockets", rules 1 and 3: our input ends.
@Suite(.endToEnd) struct EndOfInputTests {
  static let answersAfterTheEnd = """
    data = receive_all(c)
    c.sendall(b'you said ' + data)
    c.close()
    """

  @Test func `a peer that answers only after our end is answered by a FIN, and heard`() throws {
    let (peer, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let sock = try Sock.run(["connect", "127.0.0.1", "\(port)"], input: .text("hello"))
    #expect(sock.status == 0)
    #expect(sock.text == "you said hello")
    #expect(sock.errors == "")
    try peer.finish()
  }

  @Test func `a client that answers only after our end is heard by listen`() throws {
    let listener = try SockListener(input: .text("hello"))
    let peer = try PythonPeer.client(port: listener.port, Self.answersAfterTheEnd)
    let sock = try listener.outcome()
    #expect(sock.status == 0)
    #expect(sock.text == "you said hello")
    try peer.finish()
  }

  @Test func `send half-closes after its message, and prints the reply until the peer closes`() throws {
    let (peer, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let sock = try Sock.run(["send", "127.0.0.1", "\(port)", "good", "morning"])
    #expect(sock.status == 0)
    #expect(sock.text == "you said good morning")
    try peer.finish()
  }

  @Test func `send without a message sends stdin`() throws {
    let (_, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let sock = try Sock.run(["send", "127.0.0.1", "\(port)"], input: .text("from stdin"))
    #expect(sock.status == 0)
    #expect(sock.text == "you said from stdin")
  }

  @Test func `send --no-reply ends after sending, whatever the peer does`() throws {
    let (peer, port) = try PythonPeer.server("say(receive_exactly(c, 2).decode())\nhear()")
    let sock = try Sock.run(["send", "--no-reply", "127.0.0.1", "\(port)", "hi"])
    #expect(sock.status == 0)
    #expect(sock.text == "")
    #expect(try peer.reply() == "hi")
  }

  @Test(arguments: ["0", "0.5", "500ms"])
  func `-q bounds the wait for a peer that never closes, and ends with 0`(_ wait: String) throws {
    let (peer, port) = try PythonPeer.server("say(receive_all(c).decode())\nhear()")
    let sock = try Sock.run(["connect", "-q", wait, "127.0.0.1", "\(port)"], input: .text("all of it"))
    #expect(sock.status == 0)
    #expect(try peer.reply() == "all of it")
    if wait == "0" { #expect(sock.seconds < 5) } else { #expect(sock.seconds >= 0.5) }
  }

  @Test func `listen -q bounds the wait for a client that never closes`() throws {
    let listener = try SockListener(["-q", "0.3"], input: .text("all of it"))
    let peer = try PythonPeer.client(port: listener.port, "say(receive_all(c).decode())\nhear()")
    #expect(try listener.outcome().status == 0)
    #expect(try peer.reply() == "all of it")
  }

  @Test func `--wait is the long name of -q, and the time runs from the end of stdin`() throws {
    let (peer, port) = try PythonPeer.server("say(receive_all(c).decode())\nhear()")
    let sock = try Sock.start(["connect", "--wait=0.2", "127.0.0.1", "\(port)"], input: .pipe)
    try sock.input?.write("slowly")
    #expect(sock.keepsRunning(for: .milliseconds(800)))
    sock.input?.close()
    #expect(try sock.wait().status == 0)
    #expect(try peer.reply() == "slowly")
  }

  @Test func `an answer within the time of -q is written out`() throws {
    let (_, port) = try PythonPeer.server("data = receive_all(c)\nc.sendall(b'answer')\nhear()")
    let sock = try Sock.run(["connect", "-q", "2", "127.0.0.1", "\(port)"], input: .text("q"))
    #expect(sock.status == 0)
    #expect(sock.text == "answer")
  }

  @Test func `--on-eof keep sends no FIN, and goes on receiving until the peer ends`() throws {
    let (peer, port) = try PythonPeer.server(
      """
      say(receive_exactly(c, 4).decode())
      c.settimeout(1)
      try: say('FIN' if c.recv(1) == b'' else 'data')
      except TimeoutError: say('open')
      c.sendall(b'bye')
      c.close()
      """)
    let sock = try Sock.run(["connect", "--on-eof", "keep", "127.0.0.1", "\(port)"], input: .text("text"))
    #expect(try peer.reply() == "text")
    #expect(try peer.reply() == "open")
    #expect(sock.status == 0)
    #expect(sock.text == "bye")
  }

  @Test func `--on-eof close ends as soon as all is sent`() throws {
    let (peer, port) = try PythonPeer.server("say(receive_all(c).decode())\nhear()")
    let sock = try Sock.run(["connect", "--on-eof=close", "127.0.0.1", "\(port)"], input: .text("all"))
    #expect(sock.status == 0)
    #expect(try peer.reply() == "all")
  }

  @Test func `--on-eof half-close is the default spelled out`() throws {
    let (_, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let sock = try Sock.run(["connect", "--on-eof", "half-close", "127.0.0.1", "\(port)"], input: .text("x"))
    #expect(sock.status == 0)
    #expect(sock.text == "you said x")
  }

  @Test func `send --on-eof keep sends no FIN`() throws {
    let (_, port) = try PythonPeer.server(
      """
      data = receive_exactly(c, 3)
      c.settimeout(0.5)
      try: c.sendall(b'FIN' if c.recv(1) == b'' else b'data')
      except TimeoutError: c.sendall(b'open')
      c.close()
      """)
    let sock = try Sock.run(["send", "--on-eof", "keep", "127.0.0.1", "\(port)", "abc"])
    #expect(sock.status == 0)
    #expect(sock.text == "open")
  }

  @Test(arguments: ["connect", "send"])
  func `an empty stdin still half-closes`(_ verb: String) throws {
    let (_, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let sock = try Sock.run([verb, "127.0.0.1", "\(port)"])
    #expect(sock.status == 0)
    #expect(sock.text == "you said ")
  }

  @Test func `a stdin that is closed is a stdin that has ended`() throws {
    let (_, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let sock = try Sock.run(["connect", "127.0.0.1", "\(port)"], input: .closed)
    #expect(sock.status == 0)
    #expect(sock.text == "you said ")
  }

  @Test func `an end of a terminal's input, by control-D, half-closes`() throws {
    let (_, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let terminal = try PseudoTerminal()
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .descriptor(terminal.terminal))
    try terminal.keyboard.write("typed\n\u{04}")
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0)
    #expect(outcome.text == "you said typed\n")
  }
}
