import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct JobTests {
  @Test @LoopActor func `a job has a copy of the variables and the same sockets`() async throws {
    let shell = ShellRun()
    try await shell(
      "p q = socketpair unix stream", "set n 1", "spawn { set n 2; assert $n == 2; send p \"hi\" }", "recv q 9", "wait",
      "assert $n == 1")
  }

  @Test @LoopActor func `output is prefixed with the number of the job, nested ones with both`() async throws {
    let shell = ShellRun()
    let lines = try await shell("spawn { spawn { print b }; wait; print a }", "spawn { print c }", "wait")
    #expect(lines.sorted() == ["[1] [1] b", "[1] a", "[2] c"])
  }

  @Test @LoopActor func `fork duplicates the descriptors`() async throws {
    let shell = ShellRun()
    try await shell("p q = socketpair unix stream", "fork { recv p 1 }", "close p", "send q \"x\"", "wait")
    #expect(shell.output.contains("[1] recv = 1 \"x\""))
    #expect(try await shell("recv q 1") == ["recv = 0 \"\""])
  }

  @Test @LoopActor func `wait throws the failure of a job, and stops the others`() async throws {
    let shell = ShellRun()
    try await shell("p q = socketpair unix stream", "spawn { recv p 1 }", "spawn { assert 1 == 2 }")
    #expect(await shell.session.nextJobFailure()?.ending == .failed("3:9: expected == 2, got 1"))
    #expect(await shell.ending("stop", "wait", "spawn { exit 3 }", "wait") == .exit(3))
  }

  @Test @LoopActor func `with a user at the terminal a failed job is reported, and the session goes on`() async throws {
    let shell = ShellRun(isInteractive: true)
    try await shell("spawn { assert 1 == 2 }")
    let failure = await shell.session.nextJobFailure()
    #expect(failure?.ending == .failed("1:9: expected == 2, got 1") && failure?.job == "[1] ")
    #expect(try await shell("wait", "print on").last == "on")
  }

  @Test @LoopActor func `stop cancels jobs that wait`() async throws {
    let shell = ShellRun()
    try await shell("p q = socketpair unix stream", "spawn { recv p 1; print never }", "stop", "wait", "send q \"x\"")
    await settle()
    #expect(!shell.output.contains("[1] never"))
  }

  @Test @LoopActor func `cancelling interrupts a waiting call, as a signal does`() async throws {
    let shell = ShellRun(isInteractive: true)
    try await shell("p q = socketpair unix stream")
    let run = start { try await shell("data = recv p 1") }
    await settle()
    run.cancel()
    #expect(await failure { () async throws in try await run.value } as? ShellEnding == .cancelled)
    #expect(shell.output == ["recv = -1 EINTR (Interrupted system call)"])
    #expect(try await shell("print $data $errno").last == "-1 EINTR")
    let sleep = start { try await shell("sleep 1h") }
    await settle()
    sleep.cancel()
    _ = try? await sleep.value
    #expect(shell.output == ["sleep: interrupted"])
  }

  @Test @LoopActor func `a loop that never waits can be cancelled`() async throws {
    let shell = ShellRun()
    let run = start { try await shell("repeat 9223372036854775807 { set n 1 }") }
    await settle()
    run.cancel()
    #expect(await failure { () async throws in try await run.value } as? ShellEnding == .cancelled)
  }

  @Test @LoopActor func `waitpid tells how the blocks of fork ended, once for each`() async throws {
    let shell = ShellRun()
    try await shell(
      "set -q", "a = fork { assert $a == 0; sleep 20ms; exit 3 }", "b = fork { print b }", "assert ($a == 1 && $b == 2)"
    )
    try await shell(
      "pid = waitpid $a WNOHANG", "assert $pid == 0", "pid status = waitpid -1", "assert ($pid == $b && $status == 0)")
    try await shell(
      "pid status = waitpid $a", "assert ($pid == $a && $status == 3)", "waitpid -1", "assert errno ECHILD")
    #expect(await shell.ending("wait") == nil)
  }

  @Test @LoopActor func `jobs counts those that run`() async throws {
    let shell = ShellRun()
    try await shell("spawn { sleep 1h }", "fork { exit 0 }", "waitpid -1")
    #expect(try await shell("n = jobs", "print $n", "stop", "jobs") == ["jobs = 1 [1]", "1", "jobs = 0"])
  }

  @Test @LoopActor func `fork duplicates the sockets of lists as well`() async throws {
    let shell = ShellRun()
    let lines = try await shell(
      "set -q", "p q = socketpair unix stream", "l = [$p]", "fork { for s in $l { close $s } }", "waitpid -1", "set +q",
      "send p \"x\"", "recv q 9")
    #expect(lines.suffix(2) == ["send = 1", "recv = 1 \"x\""])
  }

  @Test @LoopActor func `a command has the socket as its standard input and output`() async throws {
    let shell = ShellRun()
    try await shell(
      "set -q", "p q = socketpair unix stream", "fork { status = system \"tr a-z A-Z; exit 4\" q; exit $status }",
      "close q", "send p \"hello\"", "shutdown p SHUT_WR", "data = recv p 9 MSG_WAITALL", "assert $data == HELLO",
      "pid status = waitpid -1", "assert $status == 4", "status = system \"kill -9 \\$\\$\"", "assert $status == 137")
  }

  @Test @LoopActor func `a command ends with the block that waits for it`() async throws {
    let shell = ShellRun(isInteractive: true)
    let run = start { try await shell("system \"sleep 100\"") }
    await settle()
    run.cancel()
    #expect(await failure { () async throws in try await run.value } as? ShellEnding == .cancelled)
    #expect(shell.output == ["system: interrupted"])
  }
}
