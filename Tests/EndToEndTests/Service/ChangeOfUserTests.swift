import Glibc
import SockTestSupport
import Testing

/// `--user`, `--group`, `--chroot`.
@Suite(.endToEnd, .enabled(if: Privileges.isRoot, "root, to become another user")) struct ChangeOfUserTests {
  /// A line of the process's status.
  private static func status(_ name: String, of process: RunningProcess) throws -> [String] {
    let text = String(decoding: try readFile("/proc/\(process.identifier)/status"), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    return line?.split(whereSeparator: { $0 == "\t" || $0 == " " }).dropFirst().map(String.init) ?? []
  }

  private static func expectPeer(_ server: SockListener) throws {
    #expect(try Sock.run(["send", "--no-reply", "127.0.0.1", "\(server.port)", "x"]).status == 0)
    try server.errors.waitForLine(containing: "accepted")
  }

  @Test("Before the first peer is served it has the rights of the user alone")
  func user() throws {
    let server = try SockListener(["-k", "-v", "--user", "12345", "--group", "23456"])
    try Self.expectPeer(server)
    #expect(try Self.status("Uid", of: server.process) == Array(repeating: "12345", count: 4))
    #expect(try Self.status("Gid", of: server.process) == Array(repeating: "23456", count: 4))
    #expect(try Self.status("Groups", of: server.process).isEmpty)
    for set in ["CapPrm", "CapEff"] {
      #expect(try Self.status(set, of: server.process) == ["0000000000000000"])
    }
  }

  @Test(
    "Names stand for the numbers, and the groups are the user's", arguments: ["listen", "recv", "relay", "udp-recv"])
  func names(_ verb: String) throws {
    let ends = verb == "relay" ? ["127.0.0.1:0", "echo:"] : ["127.0.0.1", "0"]
    let server = try SockListener(running: Sock.start([verb, "-v", "--user", "nobody"] + ends))
    try server.process.waitUntilIdle()
    #expect(try Self.status("Uid", of: server.process).first == "65534")
    #expect(try Self.status("Groups", of: server.process) == Self.status("Gid", of: server.process).suffix(1))
  }

  @Test("A port, a log and a PID file that only root can open are opened before")
  func order() throws {
    let directory = try TemporaryDirectory()
    chmod(directory(""), 0o700)
    let server = try SockListener([
      "-v", "--user", "nobody", "--log", directory("log"), "--pidfile", directory("pid"), "--recv-only",
    ])
    #expect(try Sock.run(["send", "--no-reply", "127.0.0.1", "\(server.port)", "logged"]).status == 0)
    #expect(try server.outcome().status == 0)
    #expect(try String(decoding: readFile(directory("log")), as: UTF8.self) == "logged")
    // It may not be removed any more, but it names no process.
    #expect(try readFile(directory("pid")).isEmpty)
    #expect(
      try Sock.run(["listen", "--pidfile", directory("pid"), "--deadline", "10ms", "127.0.0.1", "0"]).status == 75)
  }

  @Test("With --chroot the root directory is another one, and a program is looked for there")
  func chroot() throws {
    let directory = try TemporaryDirectory()
    let root = directory("root")
    mkdir(root, 0o755)
    let server = try SockListener(["-k", "-v", "--chroot", root, "--user", "nobody"])
    try Self.expectPeer(server)
    var target = [CChar](repeating: 0, count: 4096)
    #expect(readlink("/proc/\(server.process.identifier)/root", &target, 4095) > 0)
    #expect(String(decoding: target.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) == root)
    let outcome = try Sock.run(["listen", "--chroot", root, "--exec", "/bin/cat", "127.0.0.1", "0"])
    #expect(outcome.status == 64 && outcome.errors.contains("cannot run /bin/cat"), "\(outcome)")
    #expect(outcome.errors.contains("inside --chroot \(root)"), "\(outcome)")
  }

  @Test(
    "What cannot be done is found out before anything listens",
    arguments: [
      (["--user", "nobody-at-all"], "there is no such user"), (["--group", "nobody-at-all"], "there is no such group"),
      (["--user", "12345"], "add --group"), (["--chroot", "/nowhere"], "no such directory"),
      (["--chroot", "/etc/passwd"], "no directory"), (["--user", ""], "needs a user"),
      (["--user", "4294967295"], "there is no such user"),
    ])
  func refused(_ options: [String], _ sentence: String) throws {
    let outcome = try Sock.run(["listen"] + options + ["127.0.0.1", "0"])
    #expect(outcome.status == 64 && outcome.errors.contains(sentence), "\(outcome)")
    #expect(!outcome.errors.contains("listening"))
  }

  @Test("Without root it is 77")
  func notRoot() throws {
    let process = try RunningProcess(
      "setpriv",
      [
        "--reuid", "65534", "--regid", "65534", "--clear-groups", Sock.binary, "listen", "--user", "daemon",
        "127.0.0.1", "0",
      ])
    let outcome = try Sock.outcome(of: process)
    #expect(outcome.status == 77 && outcome.errors.contains("need root"), "\(outcome)")
  }

  @Test("--group is a group of users, or one to receive from")
  func groups() throws {
    let outcome = try Sock.run(["relay", "--group", "239.1.2.3", "127.0.0.1:0", "echo:"])
    #expect(outcome.status == 64 && outcome.errors.contains("239.1.2.3"), "\(outcome)")
    let receiver = try Sock.start(["recv", "-v", "--group", "239.1.2.3@lo", "--group", "daemon", "0"])
    try receiver.errors?.waitForLine(containing: "(udp)")
    try receiver.waitUntilIdle()
    #expect(try Self.status("Gid", of: receiver).first == "1")
  }

  @Test(
    "What the user may not read or run is found out before the first peer comes",
    arguments: [["--exec", "FILE"], ["--http-file", "FILE"], ["--reply", "@FILE"], ["-u", "--exec", "FILE"]])
  func rights(_ options: [String]) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("private", containing: "#!/bin/sh\n")
    chmod(file, 0o700)
    let options = options.map { $0 == "FILE" ? file : $0 == "@FILE" ? "@\(file)" : $0 }
    let outcome = try Sock.run(["listen", "--user", "nobody"] + options + ["127.0.0.1", "0"])
    #expect(outcome.status == 77 && outcome.errors.contains(file), "\(outcome)")
  }
}
