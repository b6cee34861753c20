import SockTestSupport
import Testing

/// Closing with `SO_LINGER`: the kernel makes the caller wait, and nobody else.
@Suite(.endToEnd) struct ShellLingeringTests: ConsoleSuite {
  let session: ConsoleSession

  init() throws { session = try ConsoleSession() }

  /// A connection whose peer reads nothing, so that `close p` waits.
  private static let fullConnection = [
    "s = socket inet stream", "setsockopt s SO_RCVBUF 4k", "bind s 127.0.0.1:0", "listen s", "p = socket inet stream",
    "connect p $s.address", "q = accept s", "set data <\"/bin/sh\"", "repeat 100 { send p $data MSG_DONTWAIT }",
    "setsockopt p SO_LINGER 60",
  ]

  @Test(
    "Other blocks go on, while close waits and after a lingering socket is dropped",
    arguments: ["close p", "set p 0; recv q 1 MSG_PEEK; print dropped"])
  func othersGoOn(_ line: String) throws {
    let lines =
      ["set -q"] + Self.fullConnection + ["spawn { sleep 200ms; print on; close q }", line, "print $?", "wait"]
    let outcome = try Sock.run(["shell"], input: .text(lines.joined(separator: "\n") + "\n"))
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.lines == (line == "close p" ? ["[1] on", "0"] : ["dropped", "1", "[1] on"]), "\(outcome)")
    #expect(outcome.seconds < 25)
  }

  @Test("Ctrl-C ends the wait, and the socket is closed")
  func interruptEndsTheWait() throws {
    for line in Self.fullConnection { try enter(line) }
    try terminal.type("close p\r")
    try terminal.waitUntilAsBefore()
    try terminal.process.waitUntilIdle()
    try terminal.type("\u{3}")
    #expect(try terminal.wait(for: "sock> ").contains("close = 0"))
    #expect(try enter("close p").contains("EBADF"))
  }
}
