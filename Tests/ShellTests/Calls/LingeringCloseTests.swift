import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

/// Closing with `SO_LINGER`: the kernel makes the caller wait, and nobody else.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct LingeringCloseTests {
  /// A connection whose peer reads nothing, so that `close p` waits.
  @LoopActor
  private func fullConnection(isInteractive: Bool = false) async throws -> ShellRun {
    let shell = ShellRun(isInteractive: isInteractive)
    try await shell(
      "set -q", "s = socket inet stream", "setsockopt s SO_RCVBUF 4k", "bind s 127.0.0.1:0", "listen s",
      "p = socket inet stream", "connect p $s.address", "q = accept s", "set data <\"/proc/self/exe\"",
      "send p $data MSG_DONTWAIT", "setsockopt p SO_LINGER 3", "set +q")
    return shell
  }

  @Test @LoopActor func `other jobs go on while close waits`() async throws {
    let shell = try await fullConnection()
    let lines = try await shell("spawn { sleep 20ms; print on; close q }", "close p", "wait")
    #expect(lines.first == "[1] on" && lines.contains("close = 0"), "\(lines)")
  }

  @Test @LoopActor func `Ctrl-C ends the wait, and the socket is closed`() async throws {
    let shell = try await fullConnection(isInteractive: true)
    let run = start { try await shell("close p") }
    await settle()
    run.cancel()
    _ = try await run.value
    #expect(shell.output == ["close = 0"])
    #expect(try await shell("close p", "close q").first == "close = -1 EBADF (Bad file descriptor)")
  }

  @Test @LoopActor func `a socket that no variable holds any more keeps nobody waiting`() async throws {
    let shell = try await fullConnection()
    let start = MonotonicTime.now
    try await shell("set p 0")
    #expect(MonotonicTime.now.since(start) < .seconds(2))
    try await shell("close q")
  }
}
