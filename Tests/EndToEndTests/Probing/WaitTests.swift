import SockTestSupport
import Testing

/// `sock wait`.
@Suite(.endToEnd) struct WaitTests {
  @Test("It waits until all endpoints answer, then runs the command in its place")
  func waitsForAll() throws {
    let directory = try TemporaryDirectory()
    let port = try Ports.free()
    let wait = try Sock.start([
      "wait", "-v", "--for", "20s", "127.0.0.1:\(port)", "unix:\(directory("s"))", "--", "sh", "-c",
      "echo $$ \"$@\"; exit 7", "sh", "-v", "a  b",
    ])
    try wait.errors?.waitForLine(containing: "127.0.0.1:\(port): refused: trying again in")
    _ = try Sock.start(["listen", "-k", "127.0.0.1", "\(port)"])
    try wait.errors?.waitForLine(containing: "127.0.0.1:\(port): open: after")
    #expect(wait.isRunning)
    _ = try Sock.start(["listen", "-k", "-U", directory("s")])
    let outcome = try Sock.outcome(of: wait)
    #expect(outcome.status == 7)
    #expect(outcome.text == "\(wait.identifier) -v a  b\n")
  }

  @Test("When the time is over, each endpoint that did not answer has a line with the cause, and nothing is run")
  func timeIsOver() throws {
    let (_, open) = try PythonPeer.server("hear()")
    let closed = try Ports.free()
    let outcome = try Sock.run([
      "wait", "--for", "400ms", "127.0.0.1", "\(open)", "127.0.0.1:\(closed)", "unix:/nosuch", "--", "echo", "run",
    ])
    #expect(outcome.status == 75 && outcome.output == [])
    #expect(outcome.errors.hasPrefix("sock: 2 of 3 endpoints did not answer within 400 ms\n"))
    #expect(outcome.errors.contains("127.0.0.1:\(closed): refused (ECONNREFUSED): check that the server is running"))
    #expect(outcome.errors.contains("/nosuch: unreachable: No such file or directory (ENOENT): check the path"))
    #expect(outcome.seconds < 5)
  }

  @Test("A service that does not exist is an error at once: a command without its -- is not waited for")
  func unknownService() throws {
    let outcome = try Sock.run(["wait", "--for", "20s", "127.0.0.1", "\(try Ports.free())", "127.0.0.1", "no-command"])
    #expect(outcome.status == 68 && outcome.errors.contains("no-command: no such service"), "\(outcome)")
    #expect(outcome.seconds < 10)
  }

  @Test("One endpoint alone is told in one sentence")
  func oneEndpoint() throws {
    let closed = try Ports.free()
    let outcome = try Sock.run(["wait", "--for", "200ms", "127.0.0.1:\(closed)"])
    #expect(
      outcome.errorLines.count == 1
        && outcome.errors.hasPrefix("sock: 127.0.0.1:\(closed) did not answer within 200 ms: refused (ECONNREFUSED): "))
  }

  @Test("--closed waits until nothing answers any more")
  func closed() throws {
    let listener = try SockListener(["-k"])
    let words = ["wait", "--closed", "127.0.0.1:\(listener.port)"]
    #expect(try Sock.run(words + ["--for", "300ms"]).status == 75)
    let wait = try Sock.start(words + ["-v", "--for", "20s"])
    try wait.errors?.waitForLine(containing: ": open: trying again in")
    listener.process.send(15)
    #expect(try Sock.outcome(of: wait).status == 0)
  }

  @Test("UDP: refused is not there, and not refused is")
  func datagrams() throws {
    let closed = try Ports.free()
    #expect(try Sock.run(["wait", "--for", "300ms", "udp://127.0.0.1:\(closed)"]).status == 75)
    #expect(try Sock.run(["wait", "--closed", "--for", "10", "-u", "127.0.0.1", "\(closed)"]).status == 0)
    let (_, port) = try PythonPeer.datagrams("hear()")
    #expect(try Sock.run(["wait", "--for", "10", "udp://127.0.0.1:\(port)"]).status == 0)
  }

  @Test("A command that cannot be run is 127 or 126, as of env", arguments: [("nosuch-command", 127), ("/", 126)])
  func commandFails(_ command: String, _ status: Int) throws {
    let outcome = try Sock.run(["wait", "--closed", "127.0.0.1:\(try Ports.free())", "--", command])
    #expect(outcome.status == CInt(status))
    #expect(outcome.errors.hasPrefix("sock: cannot run '\(command)': "))
  }

  @Test("The command gets the signals, the mask, the descriptors and the environment that sock got")
  func commandInheritsEverything() throws {
    let report = """
      sh -c 'grep -E "Sig(Blk|Ign)" /proc/self/status; ls /proc/self/fd; echo $MARK'
      """
    let port = try Ports.free()
    for setting in ["", "trap '' PIPE QUIT INT;", "exec <&-;", "exec 7</dev/null;"] {
      let run = { (prefix: String) in
        try Sock.outcome(
          of: RunningProcess("sh", ["-c", setting + prefix + report], environment: ["MARK": "here", "S": Sock.binary]))
      }
      let plain = try run("exec ")
      let waited = try run("exec \"$S\" wait --closed 127.0.0.1:\(port) -- ")
      #expect(waited.status == 0 && waited.text == plain.text, "\(setting): \(plain) \(waited)")
    }
  }

  @Test("A usage error, and what can never come right, end it at once")
  func fatalErrors() throws {
    for words in [[], ["--"], ["--", "true"], ["localhost"], ["fd:0"], ["127.0.0.1:0"], ["127.0.0.1:9-5"]] {
      #expect(try Sock.run(["wait", "--for", "10"] + words).status == 64, "\(words)")
    }
    #expect(try Sock.run(["wait", "--for", "10", "-s", "192.0.2.1", "127.0.0.1:9"]).status == 71)
  }

  @Test(
    "A name that is not known may yet appear, and is warned of once",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func unknownName() throws {
    let outcome = try Sock.inNamespace(
      TestNetwork.withoutDNS("exec $SOCK wait --for 1s nosuch:80"))
    #expect(outcome.status == 75)
    #expect(outcome.errorLines.filter { $0.contains("warning: ") }.count == 1)
    #expect(outcome.errors.hasSuffix("nosuch:80 did not answer within 1 s: unknown name\n"), "\(outcome)")
  }
}
