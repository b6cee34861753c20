import Glibc
import SockTestSupport
import Testing

/// When the peer has ended, the reader of stdout sees the end at once, however long stdin stays open.
@Suite(.endToEnd) struct OutputEndTests {
  /// A server that ends first, and says what it gets after that.
  static let endsFirst = "c.sendall(b'bye')\nc.shutdown(socket.SHUT_WR)\nsay(receive_all(c))"

  @Test(
    "The reader of a pipe sees the peer's end, and the peer still gets the rest of stdin",
    arguments: [
      ["connect"], ["send"], ["connect", "-v"], ["connect", "--log", "/dev/null"],
    ])
  func readerSeesThePeersEnd(_ words: [String]) throws {
    let (peer, port) = try PythonPeer.server(Self.endsFirst)
    let sock = try Sock.start(words + ["127.0.0.1", "\(port)"], input: .pipe)
    #expect(try sock.output?.all() == Array("bye".utf8))
    #expect(sock.isRunning)
    try sock.input?.write("the rest")
    sock.input?.close()
    #expect(try sock.wait().status == 0)
    #expect(try peer.reply() == "b'the rest'")
  }

  @Test("So does the reader behind listen, and behind the last connection that it takes")
  func readerBehindListenSeesTheClientsEnd() throws {
    let listener = try SockListener(input: .pipe)
    let peer = try PythonPeer.client(port: listener.port, Self.endsFirst)
    #expect(try listener.output.all() == Array("bye".utf8))
    try listener.process.input?.write("the rest")
    listener.process.input?.close()
    #expect(try listener.process.wait().status == 0)
    #expect(try peer.reply() == "b'the rest'")
  }

  @Test("A server of many keeps stdout open when one of them ends")
  func serverKeepsItsOutput() throws {
    let listener = try SockListener(["-k"], input: .pipe)
    _ = try PythonPeer.client(port: listener.port, "c.sendall(b'one')\nc.close()").finish()
    try listener.output.waitForBytes(3)
    _ = try PythonPeer.client(port: listener.port, "c.sendall(b'two')\nc.close()").finish()
    #expect(try listener.output.waitForBytes(6) == Array("onetwo".utf8))
  }

  @Test("So does the reader of a named pipe")
  func readerOfANamedPipeSeesThePeersEnd() throws {
    let (peer, port) = try PythonPeer.server(Self.endsFirst)
    let directory = try TemporaryDirectory()
    let path = directory("fifo")
    #expect(mkfifo(path, 0o600) == 0)
    let sock = try RunningProcess(
      "sh", ["-c", "exec \(Sock.binary) connect 127.0.0.1 \(port) >\(path)"], input: .pipe)
    let reader = try RunningProcess("cat", [path])
    #expect(try reader.output?.all() == Array("bye".utf8))
    #expect(sock.isRunning)
    sock.input?.close()
    #expect(try sock.wait().status == 0)
    #expect(try peer.reply() == "b''")
  }

  @Test("Where stdin and stdout are one socket, as for a ProxyCommand of ssh, only its sending half ends")
  func onlyTheSendingHalfOfASocketEnds() throws {
    let (peer, port) = try PythonPeer.server(Self.endsFirst)
    let pair = try SocketPair()
    let sock = try Sock.start(
      ["connect", "127.0.0.1", "\(port)"], input: .descriptor(pair.theirs), output: .descriptor(pair.theirs))
    pair.theirs.close()
    #expect(try pair.ours.read() == Array("bye".utf8))
    #expect(try pair.ours.read() == nil)
    try pair.ours.write("the rest")
    #expect(shutdown(pair.ours.raw, CInt(SHUT_WR)) == 0)
    #expect(try sock.wait().status == 0)
    #expect(try peer.reply() == "b'the rest'")
  }

  @Test("Two programs in a ring of named pipes end with their servers")
  func ringEnds() throws {
    let servers = [try PythonPeer.server(Self.endsFirst), try PythonPeer.server(Self.endsFirst)]
    let directory = try TemporaryDirectory()
    let (one, two) = (directory("one"), directory("two"))
    for path in [one, two] { #expect(mkfifo(path, 0o600) == 0) }
    let first = try RunningProcess(
      "sh", ["-c", "exec \(Sock.binary) connect 127.0.0.1 \(servers[0].port) <\(one) >\(two)"])
    let second = try RunningProcess(
      "sh", ["-c", "exec \(Sock.binary) connect 127.0.0.1 \(servers[1].port) >\(one) <\(two)"])
    #expect(try first.wait().status == 0 && second.wait().status == 0)
    for server in servers { #expect(try server.peer.reply() == "b'bye'") }
  }

  @Test("At the end of the session, a socket stays open for whoever writes next")
  func socketOutlivesTheSession() throws {
    let (_, port) = try PythonPeer.server(Self.endsFirst)
    let pair = try SocketPair()
    let shell = try RunningProcess(
      "sh", ["-c", "\(Sock.binary) connect 127.0.0.1 \(port) </dev/null; echo next"], output: .descriptor(pair.theirs))
    pair.theirs.close()
    #expect(try shell.wait().status == 0)
    var text = ""
    while let bytes = try pair.ours.read() { text += String(decoding: bytes, as: UTF8.self) }
    #expect(text == "byenext\n")
  }
}
