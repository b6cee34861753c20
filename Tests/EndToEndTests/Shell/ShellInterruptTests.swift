import Glibc
import SockTestSupport
import Testing

/// Ctrl-C in the shell: it ends what waits, and nothing else.
@Suite(.endToEnd) struct ShellInterruptTests: ConsoleSuite {
  let session: ConsoleSession

  init() throws { session = try ConsoleSession() }

  @Test(
    "Interrupting a call keeps the session and its sockets",
    arguments: [
      "c = accept s", "recv p 10", "recvmsg p 10", "poll p:in", "select p:r", "connect f $s.address",
      "expect p \"x\" 60s", "sleep 60s",
      "repeat 100000000 { set x 1 }",
    ])
  func interruptKeepsTheSession(_ line: String) throws {
    try enter("s = socket inet stream tcp")
    try enter("bind s 127.0.0.1:0")
    // A full backlog of one: another connect waits.
    try enter("listen s 0")
    try enter("e = socket inet stream tcp; connect e $s.address; f = socket inet stream tcp")
    if line.hasPrefix("c = accept") { try enter("accept s") }
    try enter("p q = socketpair unix stream")
    try terminal.type(line + "\r")
    try terminal.waitUntilAsBefore()
    try terminal.process.waitUntilAsleepOrBusy(line.hasPrefix("repeat"))
    try terminal.type("\u{3}")
    let shown = try terminal.wait(for: "sock> ")
    let isCall = ["c = accept", "recv", "poll", "select", "connect"].contains { line.hasPrefix($0) }
    #expect(shown.contains(isCall ? "-1 EINTR (Interrupted system call)" : "interrupted"), "\(shown)")
    if isCall { #expect(try enter("print $? $errno").contains("-1 EINTR")) }
    #expect(try enter("send p \"lives\"; recv q 10").contains("\"lives\""))
    #expect(try enter("show").contains("LISTEN"))
  }

  @Test("Interrupting a wait keeps the blocks running")
  func interruptKeepsTheBlocks() throws {
    try enter("p q = socketpair unix stream")
    try enter("spawn { recv q 10 }")
    try terminal.type("wait\r")
    try terminal.waitUntilAsBefore()
    try terminal.process.waitUntilIdle()
    try terminal.type("\u{3}")
    try terminal.wait(for: "wait: \u{1b}[31minterrupted")
    try terminal.wait(for: "sock> ")
    try terminal.type("send p \"lives\"; wait\r")
    try terminal.wait(for: "[1] \u{1b}[0mrecv = 5 \u{1b}[32m\"lives\"")
  }

  @Test("Ctrl-C at the prompt drops the line, and so does SIGINT")
  func interruptDropsTheLine() throws {
    try terminal.type("print drop")
    try terminal.wait(for: "print drop")
    try terminal.type("\u{3}")
    try terminal.wait(for: "^C\r\n")
    try terminal.wait(for: "sock> ")
    try terminal.type("print drop")
    try terminal.wait(for: "print drop")
    terminal.process.send(SIGINT)
    try terminal.wait(for: "sock> ")
    #expect(try enter("print kept").contains("kept"))
  }
}

extension RunningProcess {
  /// Waits until the process sleeps in the kernel; one that is always busy never does.
  fileprivate func waitUntilAsleepOrBusy(_ isBusy: Bool) throws {
    if !isBusy { try waitUntilIdle() }
  }
}
