import Glibc
import SockTestSupport
import Testing

/// `--pidfile`.
@Suite(.endToEnd) struct PIDFileTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory("pid")
  }

  private var contents: String { (try? String(decoding: readFile(path), as: UTF8.self)) ?? "" }

  @Test("It holds the process ID while the server runs", arguments: [SIGTERM, SIGINT])
  func written(_ signal: CInt) throws {
    let server = try SockListener(["-k", "--pidfile", path])
    try eventually("the file") { contents == "\(server.process.identifier)\n" }
    server.process.send(signal)
    try server.process.wait()
    #expect(access(path, F_OK) == -1)
  }

  @Test("A second server is kept out, by name and by process, before it listens")
  func exclusive() throws {
    let server = try SockListener(["-k", "--pidfile", path])
    try eventually("the file") { !contents.isEmpty }
    let second = try Sock.run(["listen", "--pidfile", path, "127.0.0.1", "0"])
    #expect(second.status == 73 && second.errors.contains(path), "\(second)")
    #expect(second.errors.contains("process \(server.process.identifier)") && !second.errors.contains("listening"))
    #expect(contents == "\(server.process.identifier)\n")
  }

  @Test("One that a killed server left behind is replaced")
  func stale() throws {
    let server = try SockListener(["-k", "--pidfile", path])
    try eventually("the file") { !contents.isEmpty }
    server.process.kill()
    try server.process.wait()
    let next = try SockListener(["-k", "--pidfile", path])
    try eventually("the file") { contents == "\(next.process.identifier)\n" }
  }

  @Test("What is no process ID, or names a running process, is left alone")
  func foreign() throws {
    for text in ["notes\n", "\(getpid())\n", "-1\n", "12 monkeys"] {
      try writeFile(path, Array(text.utf8))
      let outcome = try Sock.run(["listen", "--pidfile", path, "127.0.0.1", "0"])
      #expect(outcome.status == 73 && outcome.errors.contains(path), "\(outcome)")
      #expect(contents == text)
    }
  }

  @Test("A file that cannot be made is an error that names it")
  func impossible() throws {
    for path in ["/nowhere/pid", "/dev/null", directory("")] {
      let outcome = try Sock.run(["recv", "--pidfile", path, "127.0.0.1", "0"])
      #expect(outcome.status == 73 && outcome.errors.contains("cannot write the PID file \(path)"), "\(outcome)")
    }
    symlink("/etc/hostname", path)
    #expect(try Sock.run(["recv", "--pidfile", path, "127.0.0.1", "0"]).status == 73)
  }

  @Test("It is gone when the server could not listen")
  func notListening() throws {
    let server = try SockListener(["-k"])
    let second = try Sock.run(["listen", "--pidfile", path, "127.0.0.1", "\(server.port)"])
    #expect(second.status == 71 && access(path, F_OK) == -1, "\(second)")
  }
}
