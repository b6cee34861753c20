import LoopTestSupport
import SockTestSupport
import SocketLoop
import Testing

@testable import Shell

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct InterpreterTests {
  @Test @LoopActor func `variables take the values of a call in order`() async throws {
    let shell = ShellRun()
    #expect(result(try await shell("p q = socketpair unix stream"))?.isEmpty == false)
    #expect(try await shell("send p \"abc\"", "data = recv q 10", "print $data $data.length $?").last == "abc 3 3")
    // recvfrom has two values: one name takes the first.
    #expect(try await shell("send p \"x\"", "data peer = recvfrom q 10", "print $data").last == "x")
  }

  @Test @LoopActor func `a failed call sets its variables, $? and $errno, and the next call clears them`() async throws
  {
    let shell = ShellRun()
    let lines = try await shell("s = socket inet stream tcp", "peer = getpeername s", "print $peer $? $errno")
    #expect(lines.dropFirst() == ["getpeername = -1 ENOTCONN (Transport endpoint is not connected)", "-1 -1 ENOTCONN"])
    #expect(try await shell("getsockname s", "print $errno").last == "0")
  }

  @Test @LoopActor func `the time that the last call took is kept`() async throws {
    let shell = ShellRun()
    try await shell(
      "p q = socketpair unix stream", "poll q:in 30ms", "assert $ms >= 30", "send p \"x\"", "assert $ms < 5000")
  }

  @Test @LoopActor func `set -e ends the session at a failed call, +e does not`() async throws {
    let shell = ShellRun()
    try await shell("set -e", "set +e", "s = socket inet stream tcp", "getpeername s")
    let ending = await shell.ending("set -e", "getpeername s")
    #expect(ending == .failed("6:1: getpeername failed: ENOTCONN (Transport endpoint is not connected)"))
  }

  @Test @LoopActor func `set -q prints no results, but print does`() async throws {
    let shell = ShellRun()
    #expect(try await shell("set -q", "s = socket inet stream", "getpeername s", "print x") == ["x"])
    #expect(try await shell("set +q", "close s") == ["close = 0"])
    #expect(try await shell("set n 5", "set text \"a\"", "print $n $text").last == "5 a")
  }

  @Test(arguments: [
    ("sokcet inet stream", "1:1: no call 'sokcet': did you mean socket?"),
    ("recieve s 1", "1:1: no call 'recieve': did you mean recv?"),
    ("frobnicate", "1:1: no call 'frobnicate': 'help' lists them"),
    ("socket inet", "1:1: 'socket' needs TYPE: socket FAMILY TYPE [PROTOCOL]"),
    ("  close a b", "1:11: one word too many: close SOCKET"), ("stop now", "1:6: 'stop' takes nothing"),
    ("spawn", "1:1: 'spawn' needs a block: { … }"), ("close s { }", "1:1: 'close' takes no block"),
    ("x = print 1", "1:5: 'print' gives nothing to keep"),
    ("a b c = socketpair unix stream", "1:9: 'socketpair' gives 2 values, and 3 names wait"),
    ("print $nosuch", "1:7: no variable $nosuch: none is set"),
    ("set -x", "1:5: '-x' is no setting: -e, -q, +e, +q, or NAME VALUE"),
    ("send 1 \"x\"", "1:6: '1' is no socket: make one first: s = socket inet stream tcp"),
    ("repeat -1 { }", "1:8: '-1' is not a number from the range 0 to 9223372036854775807"),
    ("sleep soon", "1:7: 'soon' is not a time: write seconds, or a number with ms, s, m or h (1.5, 300ms, 2m)"),
  ])
  @LoopActor func `mistakes name their place and what to write`(_ line: String, _ message: String) async {
    #expect(await ShellRun().ending(line) == .misuse(message))
  }

  @Test @LoopActor func `a block runs when it is complete`() async throws {
    let shell = ShellRun()
    #expect(try await shell("repeat 2 {", "print a") == [])
    #expect(shell.session.isInBlock)
    #expect(try await shell("repeat 2 { print b }", "}") == ["a", "b", "b", "a", "b", "b"])
    #expect(!shell.session.isInBlock)
    #expect(await shell.ending("repeat 1 {") == .misuse("5:1: 'repeat' has a '{' without its '}'"))
  }

  @Test @LoopActor func `a discarded block is forgotten, and lines count from 1`() async throws {
    let shell = ShellRun()
    try await shell("repeat 2 {", "print a")
    shell.session.startOver()
    #expect(!shell.session.isInBlock)
    #expect(await shell.ending("assert 1 == 2") == .failed("1:1: expected == 2, got 1"))
  }

  @Test @LoopActor func `files are nested twenty deep at most, and name themselves in errors`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory("loop.sock")
    try writeFile(path, Array("source \(path)\n".utf8))
    let ending = await ShellRun().ending("source \(path)")
    guard case .misuse(let message)? = ending else {
      Issue.record("\(String(describing: ending))")
      return
    }
    #expect(message.hasPrefix("\(path):\(path):") && message.hasSuffix("more than 20 files in one another"))
  }

  @Test(arguments: [("exit", 0), ("exit 7", 7), ("quit 255", 255), ("repeat 3 { exit 2 }", 2)])
  @LoopActor func `exit ends the session with its status`(_ line: String, _ status: Int) async {
    #expect(await ShellRun().ending(line) == .exit(status))
  }
}
