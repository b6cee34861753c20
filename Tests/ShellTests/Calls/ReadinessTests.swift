import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

/// `poll` and `select`.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct ReadinessTests {
  @Test(arguments: [
    ("poll q:in 0", "0"), ("poll q:in p:out 1s", "1 p:POLLOUT"),
    ("send p \"x\"; poll q:in,out 1s", "1 q:POLLIN|POLLOUT"),
    ("close p; poll q:in 1s", "1 q:POLLIN|POLLHUP"), ("send p \"x\"; poll q:in", "1 q:POLLIN"),
    ("select q:r 0", "0"), ("send p \"x\"; select q:r p:w,r", "2 q:r p:w"),
    ("send p \"x\"; select q:in p:out 1s", "2 q:r p:w"),
    ("shutdown p SHUT_WR; poll q:rdhup 1s", "1 q:POLLRDHUP"),
  ])
  @LoopActor func `events are those that were asked for`(_ line: String, _ expected: String) async throws {
    #expect(result(try await ShellRun()("p q = socketpair unix stream", line)) == expected)
  }

  @Test @LoopActor func `a wait ends when another job sends`() async throws {
    let shell = ShellRun()
    try await shell(
      "p q = socketpair unix stream", "spawn { sleep 10ms; send p \"x\" }", "poll q:in 1m", "assert $? == 1", "wait")
  }

  @Test @LoopActor func `a closed socket is reported, not waited for`() async throws {
    let shell = ShellRun()
    try await shell("p q = socketpair unix stream", "close q")
    #expect(result(try await shell("poll q:in 1m"))?.contains("q:POLLNVAL") == true)
  }

  @Test(arguments: [
    ("poll q", "2:6: 'q' names no events: write SOCKET:in,out,pri,rdhup"),
    ("poll q:up", "2:6: 'up' is no event: there are in, out, pri, rdhup"),
    ("poll x:in", "2:6: 'x' is no socket"), ("poll q:in soon", "2:11: 'soon' is not a time: write seconds"),
    ("select q:in,hup", "2:8: 'hup' is no event: there are e, r, w"),
  ])
  @LoopActor func `mistakes name what to write`(_ line: String, _ message: String) async {
    let ending = await ShellRun().ending("p q = socketpair unix stream", line)
    guard case .misuse(let text)? = ending else {
      Issue.record("\(String(describing: ending))")
      return
    }
    #expect(text.hasPrefix(message), "\(text)")
  }
}
