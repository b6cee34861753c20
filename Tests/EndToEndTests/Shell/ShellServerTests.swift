import SockTestSupport
import Testing

/// The textbook's servers, as scripts in `Examples/shell/servers`, with clients in Python and nc.
@Suite(.endToEnd) struct ShellServerTests {
  /// Starts a server that prints its address first.
  private func start(_ name: String) throws -> (server: RunningProcess, port: Int) {
    let server = try Sock.start(["shell", projectRoot + "Examples/shell/servers/" + name])
    let line = try #require(server.output).waitForLine(containing: "listening on 127.0.0.1:")
    return (server, try #require(line.split(separator: ":").last.flatMap { Int($0) }))
  }

  /// What a Python program prints whose clients are `connect()`.
  private func clients(_ port: Int, _ script: String) throws -> String {
    let head = "import socket\ndef connect(): return socket.create_connection(('127.0.0.1', \(port)))\n"
    let python = try RunningProcess(
      "python3", ["-c", head + script], input: .null, output: .collected, errors: .collected)
    let outcome = try Sock.outcome(of: python)
    #expect(outcome.status == 0, "\(outcome)")
    return outcome.text
  }

  private func ending(of server: RunningProcess) throws -> [String] {
    let outcome = try Sock.outcome(of: server)
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
    return outcome.lines
  }

  @Test("A select server keeps a set of clients that grows and shrinks")
  func selectServer() throws {
    let (server, port) = try start("select-server.sock")
    let script = """
      cs = [connect() for _ in range(20)]
      for i, c in enumerate(cs): c.sendall(b"hello %d" % i)
      assert [c.recv(100) for c in cs] == [b"hello %d" % i for i in range(20)]
      for c in cs[:10]: c.close()
      for c in cs[10:]: c.sendall(b"again"); assert c.recv(9) == b"again"
      cs[15].sendall(b"quit"); assert cs[15].recv(9) == b"quit"
      assert all(c.recv(9) == b"" for c in cs[10:])
      """
    _ = try clients(port, script)
    let lines = try ending(of: server)
    #expect(lines.filter { $0.hasSuffix("connected, 20 clients") }.count == 1, "\(lines)")
    #expect(lines.filter { $0.hasPrefix("closed") }.count == 10, "\(lines)")
  }

  @Test("A poll server passes on what one client says, and serves a limited number")
  func pollServer() throws {
    let (server, port) = try start("poll-server.sock")
    let script = """
      cs = [connect() for _ in range(5)]
      sixth = connect(); assert sixth.recv(99) == b"full, sorry\\n"; assert sixth.recv(9) == b""
      for i, c in enumerate(cs):
        c.sendall(b"from %d" % i)
        assert all(d.recv(99) == b"from %d" % i for d in cs if d is not c)
      """
    _ = try clients(port, script)
    #expect(try ending(of: server).last == "served 5")
  }

  @Test("A server runs a command for each connection, and reaps it")
  func forkServer() throws {
    let (server, port) = try start("fork-server.sock")
    for word in ["one", "two"] {
      let nc = try RunningProcess(
        "nc", ["-N", "127.0.0.1", "\(port)"], input: .text(word), output: .collected, errors: .collected)
      #expect(try Sock.outcome(of: nc).text == word.uppercased())
    }
    let script = "c = connect(); c.sendall(b'three'); c.shutdown(1); print(c.makefile().read())"
    #expect(try clients(port, script) == "THREE\n")
    let lines = try ending(of: server)
    for child in 1...3 { #expect(lines.contains("child \(child) ended with status 0"), "\(lines)") }
  }
}
