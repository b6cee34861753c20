import Glibc
import SockTestSupport
import Testing

/// SIGTERM to a server of many, and `--grace`.
@Suite(.endToEnd) struct DrainingTests {
  /// A server that answers, and the command line that starts it.
  private static let servers = [
    ["listen", "-k", "--exec", "cat", "127.0.0.1", "0"], ["relay", "127.0.0.1:0", "echo:"],
  ]

  private static func server(_ arguments: [String], _ options: [String] = []) throws -> SockListener {
    try SockListener(running: Sock.start(Array(arguments[..<1]) + ["-v"] + options + arguments[1...]))
  }

  @Test("A connection goes on to its end, while later peers are refused", arguments: servers)
  func goesOn(_ arguments: [String]) throws {
    let server = try Self.server(arguments)
    let peer = try PythonPeer.client(
      port: server.port,
      """
      for _ in range(2):
        c.sendall(b'x')
        say(c.recv(1).decode())
        hear()
      c.shutdown(1)
      say(receive_all(c).decode() + 'end')
      """)
    #expect(try peer.reply() == "x")
    server.process.send(SIGTERM)
    try server.errors.waitForLine(containing: "draining: 1 connection may go on for 5 s")
    #expect(try Sock.run(["send", "127.0.0.1", "\(server.port)", "x"]).status == 69)
    try peer.tell()
    #expect(try peer.reply() == "x")
    try peer.tell()
    #expect(try peer.reply() == "end")
    #expect(try server.process.wait().signal == SIGTERM)
  }

  @Test("After --grace the rest is closed in order", arguments: servers)
  func grace(_ arguments: [String]) throws {
    let server = try Self.server(arguments, ["--grace", "200ms"])
    let peer = try PythonPeer.client(port: server.port, "c.sendall(b'x')\nsay(receive_all(c).decode() + 'end')")
    try server.errors.waitForLine(containing: "accepted")
    server.process.send(SIGTERM)
    #expect(try peer.reply() == "xend")
    #expect(try server.process.wait(within: .seconds(5)).signal == SIGTERM)
    try server.errors.waitForLine(containing: "closed 127.0.0.1")
  }

  @Test("A second signal closes it at once", arguments: [SIGTERM, SIGINT])
  func second(_ signal: CInt) throws {
    let server = try Self.server(Self.servers[1], ["--grace", "1h"])
    let peer = try PythonPeer.client(port: server.port, "say('up')\nhear()")
    #expect(try peer.reply() == "up")
    try server.errors.waitForLine(containing: "accepted")
    server.process.send(SIGTERM)
    try server.errors.waitForLine(containing: "draining")
    server.process.send(signal)
    #expect(try server.process.wait(within: .seconds(10)).signal == signal)
  }

  @Test("Without connections, with --grace 0, and for one peer, there is nothing to wait for")
  func nothing() throws {
    let empty = try Self.server(Self.servers[1], ["--grace", "1h"])
    empty.process.send(SIGTERM)
    #expect(try empty.process.wait(within: .seconds(10)).signal == SIGTERM)
    #expect(!empty.errors.text.contains("draining"))
    for (verb, options) in [("listen", ["-k", "-v", "--grace", "0"]), ("listen", ["-v"]), ("recv", ["-v"])] {
      let server = try SockListener(options, verb: verb, input: .pipe)
      let peer = try PythonPeer.client(port: server.port, "say('up')\nhear()")
      #expect(try peer.reply() == "up")
      try server.errors.waitForLine(containing: "accepted")
      server.process.send(SIGTERM)
      #expect(try server.process.wait(within: .seconds(3)).signal == SIGTERM)
      #expect(!server.errors.text.contains("draining"))
    }
  }

  @Test("SIGINT and SIGHUP close the connections at once", arguments: [SIGINT, SIGHUP])
  func others(_ signal: CInt) throws {
    let server = try Self.server(Self.servers[1], ["--grace", "1h"])
    let peer = try PythonPeer.client(port: server.port, "say('up')\nhear()")
    #expect(try peer.reply() == "up")
    try server.errors.waitForLine(containing: "accepted")
    server.process.send(signal)
    #expect(try server.process.wait(within: .seconds(10)).signal == signal)
  }

  @Test("The file of a Unix socket is removed when the draining begins")
  func unix() throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let server = try Sock.start(["listen", "-k", "-v", "--unix", path])
    try server.errors?.waitForLine(containing: "listening")
    let peer = try PythonPeer("c = socket.socket(socket.AF_UNIX)\nc.connect('\(path)')\nsay('up')\nhear()")
    #expect(try peer.reply() == "up")
    try server.errors?.waitForLine(containing: "accepted")
    server.send(SIGTERM)
    try server.errors?.waitForLine(containing: "draining")
    #expect(access(path, F_OK) == -1)
    try peer.tell()
    #expect(try server.wait(within: .seconds(4)).signal == SIGTERM)
  }

  @Test("A TLS handshake under way is finished")
  func handshake() throws {
    let server = try SockListener(["-k", "-v", "--tls"], input: .pipe)
    let peer = try PythonPeer.client(
      port: server.port,
      """
      import ssl
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
      context.check_hostname = False
      context.verify_mode = ssl.CERT_NONE
      say('up')
      hear()
      t = context.wrap_socket(c)
      t.sendall(b'late')
      t.unwrap()
      say('done')
      """)
    #expect(try peer.reply() == "up")
    try server.process.waitUntilIdle()
    server.process.send(SIGTERM)
    try server.errors.waitForLine(containing: "draining: 1 connection")
    try peer.tell()
    try server.output.waitForBytes(4)
  }
}
