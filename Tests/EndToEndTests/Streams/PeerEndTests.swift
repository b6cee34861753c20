import SockTestSupport
import Testing

/// END OF INPUT in sock(1), item 2: the peer ends.
@Suite(.endToEnd) struct PeerEndTests {
  static let leaves = "c.sendall(b'bye')\nc.close()\nl.close()\n"

  @Test("With stdin a terminal, the peer's end ends the program")
  func terminalEndsWithThePeer() throws {
    let (_, port) = try PythonPeer.server(Self.leaves)
    let terminal = try PseudoTerminal()
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .descriptor(terminal.terminal))
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0)
    #expect(outcome.text == "bye")
  }

  @Test("With stdin a terminal, a client's end ends listen")
  func terminalOfListenEndsWithTheClient() throws {
    let terminal = try PseudoTerminal()
    let listener = try SockListener(input: .descriptor(terminal.terminal))
    _ = try PythonPeer.client(port: listener.port, "c.sendall(b'bye')\nc.close()").finish()
    let outcome = try listener.outcome()
    #expect(outcome.status == 0)
    #expect(outcome.text == "bye")
  }

  @Test("With stdin an idle pipe, the program runs until the pipe ends, with 0")
  func idlePipeKeepsTheProgram() throws {
    let (peer, port) = try PythonPeer.server(Self.leaves)
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .pipe)
    try sock.output?.waitForBytes(3)
    try peer.finish()
    #expect(sock.keepsRunning(for: .milliseconds(700)))
    sock.input?.close()
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0)
    #expect(outcome.text == "bye")
  }

  @Test("With stdin a busy pipe, a peer that has gone answers with a reset, which is 74")
  func busyPipeRunsIntoTheReset() throws {
    let (peer, port) = try PythonPeer.server("receive_exactly(c, 1 << 20)\n" + Self.leaves)
    let output = try Pipe()
    let endless = try RunningProcess("cat", ["/dev/zero"], output: .descriptor(output.writer))
    output.writer.close()
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .descriptor(output.reader))
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 74)
    #expect(outcome.errors.hasPrefix("sock: "))
    try peer.finish()
    endless.kill()
  }

  @Test("With stdin a large file, too")
  func largeFileRunsIntoTheReset() throws {
    let (peer, port) = try PythonPeer.server("receive_exactly(c, 1 << 20)\n" + Self.leaves)
    let sock = try Sock.run(["connect", "127.0.0.1", "\(port)"], input: .file("/dev/zero"))
    #expect(sock.status == 74)
    try peer.finish()
  }

  @Test("With stdin a small file that was sent by then, the end is 0")
  func smallFileEndsWithSuccess() throws {
    let (_, port) = try PythonPeer.server("receive_all(c)\n" + Self.leaves)
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), Array("small".utf8))
    let sock = try Sock.run(["connect", "127.0.0.1", "\(port)"], input: .file(directory("in")))
    #expect(sock.status == 0)
    #expect(sock.text == "bye")
  }

  @Test("A peer that half-closes first and still reads gets all of the input", arguments: ["file", "pipe"])
  func halfClosedPeerGetsAllInput(_ source: String) throws {
    let (peer, port) = try PythonPeer.server(
      """
      c.sendall(b'my last words')
      c.shutdown(socket.SHUT_WR)
      hear()
      say(digest(receive_all(c)))
      c.close()
      """)
    let sent = RandomData.bytes(5_000_000, seed: 8)
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), sent)
    let sock = try Sock.start(
      ["connect", "127.0.0.1", "\(port)"], input: source == "file" ? .file(directory("in")) : .bytes(sent))
    try sock.output?.waitForBytes(13)
    try peer.tell()
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0)
    #expect(outcome.text == "my last words")
    let hash = try RunningProcess("sha256sum", [directory("in")])
    try hash.wait()
    #expect(try hash.output?.text.hasPrefix(peer.reply()) == true)
  }

  @Test("A peer that half-closes first gets what comes through the pipe later")
  func halfClosedPeerGetsLaterInput() throws {
    let listener = try SockListener(input: .pipe)
    let peer = try PythonPeer.client(
      port: listener.port, "c.shutdown(socket.SHUT_WR)\nsay('done')\nsay(receive_all(c).decode())")
    #expect(try peer.reply() == "done")
    #expect(listener.process.keepsRunning(for: .milliseconds(500)))
    try listener.process.input?.write("later")
    listener.process.input?.close()
    #expect(try peer.reply() == "later")
    #expect(try listener.outcome().status == 0)
  }

  @Test("--on-peer-eof exit ends at once when the peer ends", arguments: ["connect", "listen"])
  func exitEndsAtOnce(_ verb: String) throws {
    if verb == "connect" {
      let (_, port) = try PythonPeer.server(Self.leaves)
      let sock = try Sock.start(["connect", "--on-peer-eof", "exit", "127.0.0.1", "\(port)"], input: .pipe)
      let outcome = try Sock.outcome(of: sock)
      #expect(outcome.status == 0)
      #expect(outcome.text == "bye")
    } else {
      let listener = try SockListener(["--on-peer-eof=exit"], input: .pipe)
      try PythonPeer.client(port: listener.port, "c.sendall(b'bye')\nc.close()").finish()
      let outcome = try listener.outcome()
      #expect(outcome.status == 0)
      #expect(outcome.text == "bye")
    }
  }

  @Test("--on-peer-eof continue is the default")
  func continueIsTheDefault() throws {
    let (_, port) = try PythonPeer.server("c.shutdown(socket.SHUT_WR)\nsay(receive_all(c).decode())")
    let sock = try Sock.start(["connect", "--on-peer-eof", "continue", "127.0.0.1", "\(port)"], input: .pipe)
    #expect(sock.keepsRunning(for: .milliseconds(500)))
    sock.input?.close()
    #expect(try sock.wait().status == 0)
  }

  @Test("recv ends with its one connection")
  func recvEndsWithItsConnection() throws {
    let listener = try SockListener(verb: "recv", input: .pipe)
    try PythonPeer.client(port: listener.port, "c.sendall(b'payload')\nc.close()").finish()
    let outcome = try listener.outcome()
    #expect(outcome.status == 0)
    #expect(outcome.text == "payload")
  }

  @Test("recv --count serves that many connections, in turn or at once")
  func recvCountServesThatMany() throws {
    let listener = try SockListener(["--count", "3"], verb: "recv")
    for word in ["one ", "two ", "three"] {
      try PythonPeer.client(port: listener.port, "c.sendall(b'\(word)')\nc.close()").finish()
    }
    let outcome = try listener.outcome()
    #expect(outcome.status == 0)
    #expect(Set(outcome.text.split(separator: " ")) == ["one", "two", "three"])
  }
}
