import Glibc
import SockTestSupport
import Testing

/// Files that make whoever opens or locks them wait, which must delay neither the deadline nor a signal.
@Suite(.endToEnd) struct BlockingFileTests {
  private static let verbs = [
    ["connect", "127.0.0.1", "9"], ["send", "127.0.0.1", "9", "x"], ["listen", "127.0.0.1", "0"],
    ["listen", "-k", "127.0.0.1", "0"], ["recv", "127.0.0.1", "0"], ["udp-send", "127.0.0.1", "9", "x"],
    ["udp-recv", "127.0.0.1", "0"],
  ]

  @Test("A log is a named pipe that nobody reads", arguments: verbs, ["--log", "--log-hex"])
  func logIsNeverRead(_ words: [String], _ option: String) throws {
    let directory = try TemporaryDirectory()
    try #require(mkfifo(directory("log"), 0o600) == 0)
    let outcome = try Sock.run(
      words + [option, directory("log"), "--deadline", "300ms"], within: .seconds(10))
    #expect(outcome.status == 75, "\(outcome)")
  }

  @Test("A signal ends the wait for the reader of a log", arguments: [SIGINT, SIGTERM, SIGHUP])
  func signalEndsTheWait(_ number: CInt) throws {
    let directory = try TemporaryDirectory()
    try #require(mkfifo(directory("log"), 0o600) == 0)
    let sock = try Sock.start(["listen", "127.0.0.1", "0", "--log", directory("log")])
    try sock.waitUntilIdle()
    sock.send(number)
    #expect(try sock.wait(within: .seconds(10)).signal == number)
  }

  @Test("A log that is a named pipe gets everything once it is read")
  func logIsReadLater() throws {
    let directory = try TemporaryDirectory()
    try #require(mkfifo(directory("log"), 0o600) == 0)
    let (_, port) = try PythonPeer.server("c.sendall(b'answer')\nc.close()")
    let sock = try Sock.start(["connect", "127.0.0.1", "\(port)", "--log", directory("log")])
    try sock.waitUntilIdle()
    let reader = try RunningProcess("cat", [directory("log")])
    #expect(try Sock.outcome(of: sock).text == "answer")
    try reader.wait()
    #expect(try reader.output?.all() == Array("answer".utf8))
  }

  @Test("Another process has locked the directory of a Unix socket")
  func directoryIsLocked() throws {
    let directory = try TemporaryDirectory()
    let holder = try RunningProcess("flock", [directory.path, "sh", "-c", "echo locked; exec sleep 60"])
    try holder.output?.waitForBytes(7)
    let outcome = try Sock.run(
      ["listen", "-v", "-U", directory("socket"), "--deadline", "300ms"], within: .seconds(10))
    #expect(outcome.status == 75, "\(outcome)")
    #expect(outcome.errors.contains("listening on"))
    holder.kill()
  }

  @Test("The shell waits for the writers of a named pipe, up to a signal")
  func shellReadsNamedPipes() throws {
    let directory = try TemporaryDirectory()
    let pipe = directory("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    let script = """
      source \(pipe)
      a b = socketpair AF_UNIX SOCK_STREAM 0
      send a <\(pipe)
      print sent
      text = <\(pipe)
      print $text
      source \(pipe)
      """
    let sock = try Sock.start(["shell", "-"], input: .bytes(Array(script.utf8)))
    for (line, answer) in [("print sourced", "sourced"), ("five5", "sent"), ("last", "last")] {
      // The line comes long after the pipe was opened.
      try RunningProcess("sh", ["-c", "exec >\(pipe); sleep 0.1; printf %s '\(line)'"]).wait()
      try sock.output?.waitForLine(containing: answer)
    }
    try sock.waitUntilIdle()
    sock.send(SIGTERM)
    #expect(try sock.wait(within: .seconds(10)).signal == SIGTERM)
    #expect(String(decoding: try sock.output?.all() ?? [], as: UTF8.self).contains("send = 5"))
  }
}
