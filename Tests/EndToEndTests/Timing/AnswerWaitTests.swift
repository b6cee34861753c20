import SockTestSupport
import Testing

/// `-q`, and the second for which a client of datagrams waits: what comes starts the time anew.
@Suite(.endToEnd) struct AnswerWaitTests {
  /// Six lines with pauses that together are longer than the time to wait, but each of them shorter; then silence.
  static let slowAnswer = """
    for n in range(6):
      time.sleep(0.3)
      answer(b'%d' % n)
    hear()
    """

  @Test("A reply that is still coming is not cut", arguments: ["connect", "send"])
  func comingReplyIsNotCut(_ verb: String) throws {
    let (_, port) = try PythonPeer.server("receive_all(c)\nanswer = c.sendall\n" + Self.slowAnswer)
    let outcome = try Sock.run([verb, "-q", "1", "127.0.0.1", "\(port)"], input: .text("question"))
    #expect(outcome.status == 0 && outcome.text == "012345", "\(outcome)")
    #expect(outcome.seconds >= 2.8)
  }

  @Test("Nor by listen -q")
  func comingReplyToAServerIsNotCut() throws {
    let listener = try SockListener(["-q", "1"], input: .text("question"))
    _ = try PythonPeer.client(port: listener.port, "receive_all(c)\nanswer = c.sendall\n" + Self.slowAnswer)
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "012345", "\(outcome)")
  }

  @Test("The time runs from the end of input, however long the peer was silent before")
  func silenceBeforeTheEndDoesNotCount() throws {
    let (peer, port) = try PythonPeer.server("receive_all(c)\nc.sendall(b'answer')\nhear()")
    let sock = try Sock.start(["connect", "-q", "0.5", "-i", "60", "127.0.0.1", "\(port)"], input: .pipe)
    #expect(sock.keepsRunning(for: .milliseconds(800)))
    sock.input?.close()
    #expect(try Sock.outcome(of: sock).text == "answer")
    try peer.tell()
  }

  @Test("A client of datagrams waits for the next answer, too", arguments: [[], ["-q", "1"], ["-v"]])
  func datagramsAreWaitedFor(_ options: [String]) throws {
    let (_, port) = try PythonPeer.datagrams(
      "who = s.recvfrom(100)[1]\nanswer = lambda data: s.sendto(data, who)\n" + Self.slowAnswer)
    let outcome = try Sock.run(["send", "-u"] + options + ["127.0.0.1", "\(port)", "question"])
    #expect(outcome.status == 0 && outcome.text == "012345", "\(outcome)")
  }

  @Test("udp-send --reply waits for each answer")
  func eachAnswerIsWaitedFor() throws {
    let (_, port) = try PythonPeer.datagrams(
      "who = s.recvfrom(100)[1]\nanswer = lambda data: s.sendto(data, who)\n" + Self.slowAnswer)
    let outcome = try Sock.run(["udp-send", "--reply", "7", "127.0.0.1", "\(port)", "question"])
    #expect(outcome.status == 75 && outcome.text == "012345", "\(outcome)")
    #expect(outcome.errors.contains("fewer than 7 answers"))
  }

  @Test("listen -u -k -q ends once all peers are silent")
  func serverOfDatagramsWaits() throws {
    let listener = try SockListener(["-u", "-k", "-q", "1"], input: .text("question"))
    let peer = try PythonPeer.datagrams(
      "answer = lambda data: s.sendto(data, ('127.0.0.1', \(listener.port)))\nanswer(b'x')\n" + Self.slowAnswer)
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "x012345", "\(outcome)")
    try peer.peer.tell()
  }

  @Test("--deadline remains the bound of the run")
  func deadlineBoundsTheRun() throws {
    let (_, port) = try PythonPeer.server("answer = c.sendall\n" + Self.slowAnswer)
    let outcome = try Sock.run(
      ["connect", "-q", "1", "--deadline", "0.8", "127.0.0.1", "\(port)"], input: .text("question"))
    #expect(outcome.status == 75 && outcome.seconds < 1.6, "\(outcome)")
  }

  @Test("A reader of stdout that takes nothing is not the peer's silence")
  func slowReaderIsNoSilence() throws {
    let (_, port) = try PythonPeer.server("receive_all(c)\nc.sendall(b'x' * (8 << 20))\nc.close()")
    let output = try Pipe()
    let sock = try Sock.start(
      ["connect", "-q", "0.3", "127.0.0.1", "\(port)"], input: .text("question"), output: .descriptor(output.writer))
    output.writer.close()
    #expect(sock.keepsRunning(for: .seconds(1)))
    var count = 0
    while let bytes = try output.reader.read() { count += bytes.count }
    #expect(count == 8 << 20)
    #expect(try sock.wait().status == 0)
  }
}
