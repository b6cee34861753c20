import SockTestSupport
import Testing

/// Contract, "End of input, stream sockets", rule 2: the peer ends.
@Suite(.endToEnd) struct PeerEndTests {
  static let leaves = "c.sendall(b'bye')\nc.close()\nl.close()\n"

  @Test func `with a terminal for stdin the end of the peer ends the program`() throws {
    let (_, port) = try PythonPeer.server(Self.leaves)
    let terminal = try PseudoTerminal()
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .descriptor(terminal.terminal))
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0)
    #expect(outcome.text == "bye")
  }

  @Test func `with a terminal for stdin the end of a client ends listen`() throws {
    let terminal = try PseudoTerminal()
    let listener = try SockListener(input: .descriptor(terminal.terminal))
    _ = try PythonPeer.client(port: listener.port, "c.sendall(b'bye')\nc.close()").finish()
    let outcome = try listener.outcome()
    #expect(outcome.status == 0)
    #expect(outcome.text == "bye")
  }

  @Test func `an idle pipe for stdin keeps the program until it ends, and then it ends with 0`() throws {
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

  @Test func `a busy pipe for stdin runs into the reset of a peer that has gone, which is 74`() throws {
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

  @Test func `a large file for stdin runs into the reset, too`() throws {
    let (peer, port) = try PythonPeer.server("receive_exactly(c, 1 << 20)\n" + Self.leaves)
    let sock = try Sock.run(["connect", "127.0.0.1", "\(port)"], input: .file("/dev/zero"))
    #expect(sock.status == 74)
    try peer.finish()
  }

  @Test func `a small file for stdin that is sent by then ends with 0`() throws {
    let (_, port) = try PythonPeer.server("receive_all(c)\n" + Self.leaves)
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), Array("small".utf8))
    let sock = try Sock.run(["connect", "127.0.0.1", "\(port)"], input: .file(directory("in")))
    #expect(sock.status == 0)
    #expect(sock.text == "bye")
  }

  @Test(arguments: ["file", "pipe"])
  func `a peer that half-closes first and still reads gets all of the input`(_ source: String) throws {
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

  @Test func `a peer that half-closes first hears what is typed into the pipe later`() throws {
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

  @Test(arguments: ["connect", "listen"])
  func `--on-peer-eof exit ends at once when the peer ends`(_ verb: String) throws {
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

  @Test func `--on-peer-eof continue is the default spelled out`() throws {
    let (_, port) = try PythonPeer.server("c.shutdown(socket.SHUT_WR)\nsay(receive_all(c).decode())")
    let sock = try Sock.start(["connect", "--on-peer-eof", "continue", "127.0.0.1", "\(port)"], input: .pipe)
    #expect(sock.keepsRunning(for: .milliseconds(500)))
    sock.input?.close()
    #expect(try sock.wait().status == 0)
  }

  @Test func `recv ends with its one connection`() throws {
    let listener = try SockListener(verb: "recv", input: .pipe)
    try PythonPeer.client(port: listener.port, "c.sendall(b'payload')\nc.close()").finish()
    let outcome = try listener.outcome()
    #expect(outcome.status == 0)
    #expect(outcome.text == "payload")
  }

  @Test func `recv --count serves so many connections, one after the other or not`() throws {
    let listener = try SockListener(["--count", "3"], verb: "recv")
    for word in ["one ", "two ", "three"] {
      try PythonPeer.client(port: listener.port, "c.sendall(b'\(word)')\nc.close()").finish()
    }
    let outcome = try listener.outcome()
    #expect(outcome.status == 0)
    #expect(Set(outcome.text.split(separator: " ")) == ["one", "two", "three"])
  }
}
