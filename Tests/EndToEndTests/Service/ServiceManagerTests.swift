import Glibc
import SockTestSupport
import Testing

/// What systemd is told by `NOTIFY_SOCKET`: sd_notify(3).
@Suite(.endToEnd) struct ServiceManagerTests {
  /// A manager that says each datagram it gets, on one line.
  private static func manager(at address: String) throws -> PythonPeer {
    let manager = try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind(\(address))
      say('bound')
      while True: say(s.recv(1000).decode().replace('\\n', ' '))
      """)
    #expect(try manager.reply() == "bound")
    return manager
  }

  private static func start(
    _ arguments: [String], _ socket: String, _ variables: [String: String] = [:]
  ) throws -> RunningProcess {
    try RunningProcess(
      Sock.binary, arguments,
      environment: variables.merging(["NOTIFY_SOCKET": socket]) { $1 })
  }

  @Test("It hears when the server listens, and when it stops", arguments: [false, true])
  func readyAndStopping(_ isAbstract: Bool) throws {
    let directory = try TemporaryDirectory()
    let name = "sock-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let path = directory("notify")
    let manager = try Self.manager(at: isAbstract ? "'\\0\(name)'" : "'\(path)'")
    let server = try Self.start(["relay", "127.0.0.1:0", "echo:"], isAbstract ? "@" + name : path)
    #expect(try manager.reply() == "READY=1")
    server.send(SIGTERM)
    #expect(try manager.reply() == "STOPPING=1 STATUS=stopping")
    #expect(try server.wait().signal == SIGTERM)
  }

  @Test("It hears nothing of a server that cannot listen, and a single transfer is ready, too")
  func others() throws {
    let directory = try TemporaryDirectory()
    let manager = try Self.manager(at: "'\(directory("notify"))'")
    let taken = try SockListener(["-k"])
    let failed = try Self.start(["listen", "-k", "127.0.0.1", "\(taken.port)"], directory("notify"))
    #expect(try failed.wait().status == 71)
    let single = try Self.start(["recv", "-u", "127.0.0.1", "0"], directory("notify"))
    #expect(try manager.reply() == "READY=1")
    single.send(SIGINT)
    #expect(try manager.reply() == "STOPPING=1 STATUS=stopping")
  }

  @Test("The watchdog is fed, unless it is meant for another process")
  func watchdog() throws {
    let directory = try TemporaryDirectory()
    let manager = try Self.manager(at: "'\(directory("notify"))'")
    let server = try Self.start(["listen", "-k", "127.0.0.1", "0"], directory("notify"), ["WATCHDOG_USEC": "100000"])
    #expect(try (0..<3).map { _ in try manager.reply() } == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"])
    server.kill()
    let second = try Self.manager(at: "'\(directory("second"))'")
    let other = try Self.start(
      ["listen", "-k", "127.0.0.1", "0"], directory("second"), ["WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"])
    #expect(try second.reply() == "READY=1")
    other.send(SIGTERM)
    #expect(try second.reply().hasPrefix("STOPPING=1"))
  }

  @Test("A program for peers inherits none of it")
  func programs() throws {
    let directory = try TemporaryDirectory()
    let manager = try Self.manager(at: "'\(directory("notify"))'")
    let process = try Self.start(
      ["listen", "127.0.0.1", "0", "--shell-exec", "echo \"<$NOTIFY_SOCKET$WATCHDOG_USEC>\""], directory("notify"),
      ["WATCHDOG_USEC": "100000000"])
    let server = try SockListener(running: process)
    #expect(try manager.reply() == "READY=1")
    #expect(try Sock.run(["send", "127.0.0.1", "\(server.port)", ""]).text == "<>\n")
  }

  @Test("One that cannot be told is a warning")
  func missing() throws {
    let server = try SockListener(running: try Self.start(["listen", "-k", "127.0.0.1", "0"], "/nowhere/notify"))
    try server.errors.waitForLine(containing: "warning: the service manager was not told")
    #expect(server.process.isRunning)
  }
}
