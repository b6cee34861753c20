import Glibc
import SockTestSupport
import Testing

/// `--workers`: several processes that serve the same addresses.
@Suite(.endToEnd) struct WorkerTests {
  private static func server(_ options: [String], _ verb: [String] = ["relay"], _ ends: [String]? = nil) throws
    -> SockListener
  {
    try SockListener(running: Sock.start(verb + ["--json"] + options + (ends ?? ["127.0.0.1:0", "echo:"])))
  }

  /// The processes of the workers.
  private static func workers(of server: SockListener, _ count: Int) throws -> [pid_t] {
    try eventuallySome("\(count) workers") {
      let text = String(
        decoding: try readFile("/proc/\(server.process.identifier)/task/\(server.process.identifier)/children"),
        as: UTF8.self)
      let children = text.split(separator: " ").compactMap { pid_t($0) }
      return children.count == count ? children : nil
    }
  }

  private static func expectEcho(_ server: SockListener, times: Int = 1) throws {
    for _ in 0..<times {
      #expect(try Sock.run(["send", "127.0.0.1", "\(server.port)", "abc"]).text == "abc")
    }
  }

  @Test("They share a port that the kernel chose, each has peers, and events say which one it is")
  func shared() throws {
    let server = try Self.server(["--workers", "2"])
    try Self.expectEcho(server)
    try eventually("peers of both") {
      _ = try Sock.run(["send", "127.0.0.1", "\(server.port)", "abc"])
      return server.errors.text.contains("\"worker\":1") && server.errors.text.contains("\"worker\":2")
    }
    #expect(server.errors.text.split(separator: "\n").filter { $0.contains("\"listening\"") }.count == 1)
    server.process.send(SIGINT)
    #expect(try server.process.wait().signal == SIGINT)
  }

  @Test("A worker that crashes is replaced, and no peer is refused")
  func replaced() throws {
    let server = try Self.server(["--workers", "2"])
    let before = try Self.workers(of: server, 2)
    kill(before[0], SIGKILL)
    try Self.expectEcho(server, times: 10)
    try server.errors.waitForLine(containing: "was ended by signal 9")
    let after = try eventuallySome("another worker") {
      let now = try Self.workers(of: server, 2)
      return now == before ? nil : now
    }
    #expect(after.contains(before[1]) && !after.contains(before[0]))
    try Self.expectEcho(server, times: 10)
  }

  @Test("SIGTERM drains all of them, and leaves none")
  func drained() throws {
    let server = try Self.server(["--workers", "2"])
    let peer = try PythonPeer.client(
      port: server.port, "c.sendall(b'x')\nsay(c.recv(1).decode())\nhear()\nc.sendall(b'y')\nsay(c.recv(1).decode())")
    #expect(try peer.reply() == "x")
    let workers = try Self.workers(of: server, 2)
    server.process.send(SIGTERM)
    try server.errors.waitForLine(containing: "2 workers may go on")
    try eventually("refusal") { try Sock.run(["send", "127.0.0.1", "\(server.port)", "x"]).status == 69 }
    try peer.tell()
    #expect(try peer.reply() == "y")
    #expect(try server.process.wait(within: .seconds(10)).signal == SIGTERM)
    #expect(workers.allSatisfy { kill($0, 0) == -1 && errno == ESRCH })
  }

  @Test("A second signal ends all at once")
  func second() throws {
    let server = try Self.server(["--workers", "2", "--grace", "1h"])
    let peer = try PythonPeer.client(port: server.port, "c.sendall(b'x')\nsay(c.recv(1).decode())\nhear()")
    #expect(try peer.reply() == "x")
    server.process.send(SIGTERM)
    try server.errors.waitForLine(containing: "draining")
    server.process.send(SIGTERM)
    #expect(try server.process.wait(within: .seconds(10)).signal == SIGTERM)
  }

  @Test("They end with the first process, even if that is killed")
  func orphaned() throws {
    let server = try Self.server(["--workers", "2"])
    let workers = try Self.workers(of: server, 2)
    try Self.expectEcho(server, times: 4)
    server.process.kill()
    try eventually("the end of the workers") { workers.allSatisfy { kill($0, 0) == -1 && errno == ESRCH } }
  }

  @Test("SIGHUP has each of them read the list of peers again")
  func hangUp() throws {
    let directory = try TemporaryDirectory()
    try writeFile(directory("list"), Array("127.0.0.1\n".utf8))
    let server = try Self.server(["--workers", "2", "--allow", "@" + directory("list")])
    try Self.expectEcho(server, times: 4)
    try writeFile(directory("list"), Array("192.0.2.1\n".utf8))
    server.process.send(SIGHUP)
    try eventually("both to have read it") {
      server.errors.text.split(separator: "\n").filter { $0.contains("read again") }.count == 2
    }
    for _ in 0..<4 { #expect(try Sock.run(["send", "127.0.0.1", "\(server.port)", "x"]).text.isEmpty) }
  }

  @Test("A Unix socket, a program, datagrams and the server of bench are served, too")
  func kinds() throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let unix = try Sock.start(["relay", "-v", "--workers", "2", "unix:" + path, "echo:"])
    try unix.errors?.waitForLine(containing: "listening")
    #expect(try Sock.run(["send", "--unix", path, "abc"]).text == "abc")
    unix.send(SIGTERM)
    #expect(try unix.wait().signal == SIGTERM && access(path, F_OK) == -1)
    let program = try Self.server(
      ["-k", "--workers", "2", "--shell-exec", "echo \"<$SOCK_WORKER>\""], ["listen"], ["127.0.0.1", "0"])
    #expect(try Sock.run(["send", "127.0.0.1", "\(program.port)", ""]).text == "<>\n")
    let datagrams = try Self.server(["-k", "-u", "--workers", "2"], ["listen"], ["127.0.0.1", "0"])
    #expect(try Sock.run(["udp-send", "127.0.0.1", "\(datagrams.port)", "abc"]).status == 0)
    try datagrams.output.waitForBytes(3)
    let bench = try Self.server(["--bench", "--workers", "2"], ["listen"], ["127.0.0.1", "0"])
    let run = ["bench", "--work", "latency", "--count", "10", "127.0.0.1", "\(bench.port)"]
    #expect(try Sock.run(run).status == 0)
  }

  @Test("A port that another server has is in use", arguments: [["--workers", "2"], []])
  func taken(_ options: [String]) throws {
    let server = try Self.server(["--workers", "2"])
    let second = try Sock.run(["relay"] + options + ["127.0.0.1:\(server.port)", "echo:"])
    #expect(second.status == 71 && second.errors.contains("EADDRINUSE"), "\(second)")
  }

  @Test("A worker's own error ends all, with its status")
  func failing() throws {
    let outcome = try Sock.run(["relay", "--workers", "2", "127.0.0.1:0", "-"])
    #expect(outcome.status == 64 && outcome.errors.contains("can be opened once"), "\(outcome)")
  }

  @Test("--max-served ends each, and then all with 0")
  func served() throws {
    let server = try Self.server(["--workers", "1", "--max-served", "2"])
    try Self.expectEcho(server, times: 2)
    #expect(try server.process.wait().status == 0)
  }

  @Test(
    "Workers have another user, the first process keeps its rights",
    .enabled(if: Privileges.isRoot, "root, to become another user"))
  func user() throws {
    let server = try Self.server(["--workers", "1", "--user", "nobody"])
    try Self.expectEcho(server)
    let worker = try Self.workers(of: server, 1)[0]
    let status = String(decoding: try readFile("/proc/\(worker)/status"), as: UTF8.self)
    #expect(status.contains("Uid:\t65534\t65534\t65534\t65534"))
    server.process.kill()
    try eventually("the end of the worker") { kill(worker, 0) == -1 && errno == ESRCH }
  }

  @Test(
    "What they cannot share is refused",
    arguments: [
      ("listen --workers 2 127.0.0.1 0", "add --keep-open"),
      ("listen -k --workers 0 127.0.0.1 0", "1 to 1024, or auto"),
      ("listen -k --workers 2 --tls 127.0.0.1 0", "add --tls-cert"),
      ("listen -k --workers 2 --log x 127.0.0.1 0", "log"),
      ("listen -k --workers 2 --group 239.1.2.3 0", "one process"),
      ("relay --workers 2 127.0.0.1:0 listen:127.0.0.1:0", "listens"),
      ("relay --workers 2 --once 127.0.0.1:0 echo:", "one connection"), ("relay --workers 2 - echo:", "has none"),
    ])
  func refused(_ line: String, _ sentence: String) throws {
    let outcome = try Sock.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.errors.contains(sentence), "\(outcome)")
  }
}
