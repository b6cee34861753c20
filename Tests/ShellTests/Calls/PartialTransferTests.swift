import LoopTestSupport
import SockTestSupport
import SocketLoop
import Testing

@testable import Shell

/// A blocking call that is cut short returns the part that it moved, as in C.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct PartialTransferTests {
  /// A TCP connection over loopback: `p` and `q`.
  @LoopActor
  private func connection(isInteractive: Bool = false) async throws -> ShellRun {
    let shell = ShellRun(isInteractive: isInteractive)
    try await shell(
      "s = socket inet stream", "bind s 127.0.0.1:0", "listen s", "p = socket inet stream", "connect p $s.address",
      "q = accept s")
    return shell
  }

  @Test(arguments: ["recv q 100 MSG_WAITALL", "recvfrom q 100 MSG_WAITALL", "recvmsg q 100 MSG_WAITALL"])
  @LoopActor func `SO_RCVTIMEO leaves the bytes that came`(_ call: String) async throws {
    let shell = try await connection()
    try await shell("send p \"hello\"", "setsockopt q SO_RCVTIMEO 100ms")
    #expect(try await shell(call).last?.hasSuffix("= 5 \"hello\"") == true)
    #expect(
      try await shell("assert $ms >= 95", "assert $ms < 20000", "recv q 1").last?.hasPrefix("recv = -1 EAGAIN") == true)
  }

  @Test(arguments: ["recv q 100 MSG_WAITALL", "recvfrom q 100 MSG_WAITALL", "recvmsg q 100 MSG_WAITALL"])
  @LoopActor func `a reset leaves the bytes that came, and the error for the next call`(_ call: String) async throws {
    let shell = try await connection()
    let lines = try await shell(
      "send p \"hello\"", "spawn { sleep 30ms; setsockopt p SO_LINGER 0; close p }", call, "recv q 1", "recv q 1")
    #expect(
      lines.filter { !$0.hasPrefix("[1]") }.suffix(3).map { $0.drop { $0 != "=" } } == [
        "= 5 \"hello\"", "= -1 ECONNRESET (Connection reset by peer)", "= 0 \"\"",
      ])
  }

  @Test @LoopActor func `a Unix socket forgets a reset that a call met, as the kernel does`() async throws {
    let shell = ShellRun()
    let lines = try await shell(
      "p q = socketpair unix stream", "send p \"hello\"", "send q \"unread\"", "spawn { sleep 30ms; close p }",
      "recv q 100 MSG_WAITALL", "recv q 1")
    #expect(lines.suffix(2) == ["recv = 5 \"hello\"", "recv = 0 \"\""])
  }

  @Test @LoopActor func `Ctrl-C leaves the bytes that came`() async throws {
    let shell = try await connection(isInteractive: true)
    try await shell("send p \"hello\"")
    let run = start { try await shell("data = recv q 100 MSG_WAITALL; print never") }
    await settle()
    run.cancel()
    #expect(await failure { () async throws in try await run.value } as? ShellEnding == .cancelled)
    #expect(shell.output == ["recv = 5 \"hello\"", "interrupted"])
    #expect(try await shell.value("$data") == "hello")
  }

  @Test(arguments: ["send p $data", "write p $data", "sendto p $data 0 $s.address", "sendmsg p $data"])
  @LoopActor func `a send that is cut returns what went, and one timeout bounds it`(_ call: String) async throws {
    let directory = try TemporaryDirectory()
    try writeFile(directory("data"), [UInt8](repeating: 0x78, count: 32 << 20))
    let data = "set data <\"\(directory("data"))\""
    let shell = try await connection()
    // The reader makes room all the time: a timeout for each part would never pass.
    try await shell(
      "set -q", data, "setsockopt p SO_SNDTIMEO 300ms",
      "spawn { repeat 2000 { recv q 8k; sleep 5ms } }", call, "stop")
    try await shell("assert $ms >= 290", "assert $ms < 5000", "assert $? > 1000", "assert $? < $data.length")
    let other = try await connection()
    let cut = try await other(
      "set -q", data, "spawn { sleep 50ms; setsockopt q SO_LINGER 0; close q }", call,
      "set +q",
      "assert $? > 1000", "send p \"x\"", "send p \"x\"")
    #expect(
      cut.filter { $0.hasPrefix("send") } == [
        "send = -1 ECONNRESET (Connection reset by peer)", "send = -1 EPIPE (Broken pipe)",
      ])
  }

  @Test @LoopActor func `SO_RCVLOWAT and MSG_PEEK with MSG_WAITALL wait for their bytes`() async throws {
    let shell = try await connection()
    try await shell("setsockopt q SO_RCVLOWAT 4", "send p \"ab\"", "spawn { sleep 30ms; send p \"cdef\" }")
    #expect(try await shell("recv q 100").last == "recv = 6 \"abcdef\"")
    try await shell("setsockopt q SO_RCVLOWAT 1", "send p \"ab\"", "spawn { sleep 30ms; send p \"cd\" }")
    #expect(try await shell("recv q 4 MSG_PEEK|MSG_WAITALL").last == "recv = 4 \"abcd\"")
    try await shell("setsockopt q SO_RCVTIMEO 50ms")
    #expect(try await shell("recv q 9 MSG_PEEK|MSG_WAITALL").last == "recv = 4 \"abcd\"")
    #expect(try await shell("close p", "recv q 9 MSG_PEEK|MSG_WAITALL").last == "recv = 4 \"abcd\"")
  }
}
