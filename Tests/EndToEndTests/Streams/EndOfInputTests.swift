import SockTestSupport
import Testing

/// END OF INPUT in sock(1), items 1 and 3: our input ends.
@Suite(.endToEnd) struct EndOfInputTests {
  static let answersAfterTheEnd = """
    data = receive_all(c)
    c.sendall(b'you said ' + data)
    c.close()
    """

  @Test("connect sends FIN after its input, and hears a peer that answers only then")
  func connectSendsFINAndHearsTheAnswer() throws {
    let (peer, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let sock = try Sock.run(["connect", "127.0.0.1", "\(port)"], input: .text("hello"))
    #expect(sock.status == 0)
    #expect(sock.text == "you said hello")
    #expect(sock.errors == "")
    try peer.finish()
  }

  @Test("listen sends FIN after its input, and hears a client that answers only then")
  func listenSendsFINAndHearsTheAnswer() throws {
    let listener = try SockListener(input: .text("hello"))
    let peer = try PythonPeer.client(port: listener.port, Self.answersAfterTheEnd)
    let sock = try listener.outcome()
    #expect(sock.status == 0)
    #expect(sock.text == "you said hello")
    try peer.finish()
  }

  @Test("send half-closes after its message and prints the reply until the peer closes")
  func sendHalfCloses() throws {
    let (peer, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let sock = try Sock.run(["send", "127.0.0.1", "\(port)", "good", "morning"])
    #expect(sock.status == 0)
    #expect(sock.text == "you said good morning")
    try peer.finish()
  }

  @Test("send without a message sends stdin")
  func sendWithoutMessageSendsStdin() throws {
    let (_, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let sock = try Sock.run(["send", "127.0.0.1", "\(port)"], input: .text("from stdin"))
    #expect(sock.status == 0)
    #expect(sock.text == "you said from stdin")
  }

  @Test("send --no-reply ends after sending, whatever the peer does")
  func sendWithoutReplyEndsAfterSending() throws {
    let (peer, port) = try PythonPeer.server("say(receive_exactly(c, 2).decode())\nhear()")
    let sock = try Sock.run(["send", "--no-reply", "127.0.0.1", "\(port)", "hi"])
    #expect(sock.status == 0)
    #expect(sock.text == "")
    #expect(try peer.reply() == "hi")
  }

  @Test("-q limits the wait for a peer that never closes, and ends with 0", arguments: ["0", "0.5", "500ms"])
  func waitIsLimited(_ wait: String) throws {
    let (peer, port) = try PythonPeer.server("say(receive_all(c).decode())\nhear()")
    let sock = try Sock.run(["connect", "-q", wait, "127.0.0.1", "\(port)"], input: .text("all of it"))
    #expect(sock.status == 0)
    #expect(try peer.reply() == "all of it")
    if wait == "0" { #expect(sock.seconds < 5) } else { #expect(sock.seconds >= 0.5) }
  }

  @Test("listen -q limits the wait for a client that never closes")
  func waitOfListenIsLimited() throws {
    let listener = try SockListener(["-q", "0.3"], input: .text("all of it"))
    let peer = try PythonPeer.client(port: listener.port, "say(receive_all(c).decode())\nhear()")
    #expect(try listener.outcome().status == 0)
    #expect(try peer.reply() == "all of it")
  }

  @Test("--wait is the long name of -q, and its time runs from the end of stdin")
  func waitStartsAtEndOfInput() throws {
    let (peer, port) = try PythonPeer.server("say(receive_all(c).decode())\nhear()")
    let sock = try Sock.start(["connect", "--wait=0.2", "127.0.0.1", "\(port)"], input: .pipe)
    try sock.input?.write("slowly")
    #expect(sock.keepsRunning(for: .milliseconds(800)))
    sock.input?.close()
    #expect(try sock.wait().status == 0)
    #expect(try peer.reply() == "slowly")
  }

  @Test("An answer within the time of -q is written out")
  func answerWithinTheWaitIsWritten() throws {
    let (_, port) = try PythonPeer.server("data = receive_all(c)\nc.sendall(b'answer')\nhear()")
    let sock = try Sock.run(["connect", "-q", "2", "127.0.0.1", "\(port)"], input: .text("q"))
    #expect(sock.status == 0)
    #expect(sock.text == "answer")
  }

  @Test("--on-eof keep sends no FIN, and receives until the peer ends")
  func keepSendsNoFIN() throws {
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

  @Test("--on-eof close ends as soon as all is sent")
  func closeEndsOnceAllIsSent() throws {
    let (peer, port) = try PythonPeer.server("say(receive_all(c).decode())\nhear()")
    let sock = try Sock.run(["connect", "--on-eof=close", "127.0.0.1", "\(port)"], input: .text("all"))
    #expect(sock.status == 0)
    #expect(try peer.reply() == "all")
  }

  @Test("--on-eof half-close is the default")
  func halfCloseIsTheDefault() throws {
    let (_, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let sock = try Sock.run(["connect", "--on-eof", "half-close", "127.0.0.1", "\(port)"], input: .text("x"))
    #expect(sock.status == 0)
    #expect(sock.text == "you said x")
  }

  @Test("send --on-eof keep sends no FIN")
  func sendKeepSendsNoFIN() throws {
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

  @Test("An empty stdin still half-closes", arguments: ["connect", "send"])
  func emptyInputHalfCloses(_ verb: String) throws {
    let (_, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let sock = try Sock.run([verb, "127.0.0.1", "\(port)"])
    #expect(sock.status == 0)
    #expect(sock.text == "you said ")
  }

  @Test("A closed stdin is one that has ended")
  func closedStdinHasEnded() throws {
    let (_, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let sock = try Sock.run(["connect", "127.0.0.1", "\(port)"], input: .closed)
    #expect(sock.status == 0)
    #expect(sock.text == "you said ")
  }

  @Test("Ctrl-D on a terminal half-closes")
  func controlDHalfCloses() throws {
    let (_, port) = try PythonPeer.server(Self.answersAfterTheEnd)
    let terminal = try PseudoTerminal()
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .descriptor(terminal.terminal))
    try terminal.keyboard.write("typed\n\u{04}")
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0)
    #expect(outcome.text == "you said typed\n")
  }

  @Test("-q limits the run of a program that only receives", arguments: [[], ["-u"]]) func waitAppliesWithoutInput(
    _ transport: [String]
  ) throws {
    let (_, port) = try transport.isEmpty ? PythonPeer.server("hear()") : PythonPeer.datagrams("hear()")
    let outcome = try Sock.run(["connect", "--recv-only", "-q", "0.3", "127.0.0.1", "\(port)"] + transport)
    #expect(outcome.status == 0)
    #expect(outcome.seconds >= 0.3)
  }
}
