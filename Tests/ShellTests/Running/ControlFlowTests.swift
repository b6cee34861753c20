import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

/// `if`, `while`, `for`, and the values that they compute.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct ControlFlowTests {
  @Test(arguments: [
    ("$n + 1", "6"), ("7 / 2 * 2 + 7 % 4", "9"), ("-($n - 10)", "5"), ("0x10 + 1k", "1040"), ("!$n || 1 && 2", "1"),
    ("1 < 2 == 1", "1"), ("2 == 5 < 9", "0"), ("$l.count * 10 + $l.1", "35"), ("$l + 9", "4, 5, 6, 9"),
    ("$l - 5 + [1]", "4, 6, 1"),
    ("$l - [4 6 7]", "5"), ("\"a\" + 1 + x\"62\"", "a1b"), ("$l contains 5", "1"), ("$l contains 50", "0"),
    ("\"abcd\" contains bc", "1"), ("[$n \"x\" [1 2]]", "5, \"x\", 1, 2"), ("$errno == 0", "1"),
    // Where the left side decides, the right side is not computed.
    ("0 && 1 / 0", "0"), ("1 || 1 / 0", "1"), ("[1 2] == [1 2]", "1"), ("[] == 0", "0"), ("\"10\" == 10", "1"),
  ])
  @LoopActor func `values are computed as in C`(_ expression: String, _ expected: String) async throws {
    let shell = ShellRun()
    #expect(try await shell("n = 5", "l = [4 5 6]", "x = \(expression)", "print $x") == [expected])
    #expect(try await shell("print (\(expression))") == [expected])
  }

  @Test(arguments: [
    ("x = 1 / 0", "2:7: 1 / 0: division by zero"),
    ("x = 9223372036854775807 + 1", "2:25: 9223372036854775807 + 1: the result is too large"),
    ("x = \"a\" * 2", "2:9: '*' takes numbers, but 'a' is bytes"), ("x = 1 + n", "2:9: 'n' is a variable: write $n"),
    ("x = n + 1", "2:5: no call 'n': the value of the variable is $n"),
    ("x=1", "2:1: no call 'x=1': write spaces around '='"), ("if $m { }", "2:4: no variable $m: there are n"),
    ("for n 1 2 { }", "2:7: 'in' has to follow the name: for n in $clients { … }"),
    ("for errno in 1 { }", "2:5: $errno is set by every call: choose another name"),
    ("if $n", "2:6: expected an operator such as == or a block { … }, found the end of the line"),
    ("poll $n:in", "2:6: '$n' holds a number, but sockets are expected"),
  ])
  @LoopActor func `mistakes name their place`(_ line: String, _ message: String) async {
    #expect(await ShellRun().ending("n = 5", line) == .misuse(message))
  }

  @Test(arguments: [(1, "one"), (2, "two"), (3, "many"), (-1, "many"), (0, "none")])
  @LoopActor func `the first block whose expression holds is run`(_ n: Int, _ expected: String) async throws {
    let lines = try await ShellRun()(
      "n = \(n)", "if $n == 1 {", "print one", "} else if $n == 2 {", "print two", "} else if $n {", "print many",
      "} else {", "print none", "}")
    #expect(lines == [expected])
  }

  @Test @LoopActor func `loops are left by break, and continued`() async throws {
    let shell = ShellRun()
    #expect(
      try await shell(
        "n = 0", "while $n < 9 { n = $n + 1; if $n == 2 { continue }; if $n == 4 { break }; print $n }") == ["1", "3"])
    #expect(
      try await shell("for a in 1 2 { for b in ([7 8 9]) { if $b == 8 { break }; print $a $b } }") == ["1 7", "2 7"])
    #expect(try await shell("repeat 3 { if 1 { break }; print no }; for x in ([]) { print no }") == [])
  }

  @Test @LoopActor func `a loop over a list is not disturbed by its changes`() async throws {
    let lines = try await ShellRun()("l = [1 2 3]", "for x in $l { l = $l - $x; print $x $l.count }")
    #expect(lines == ["1 2", "2 1", "3 0"])
  }

  @Test(arguments: ["while 1 { }", "repeat 9223372036854775807 { }"])
  @LoopActor func `a loop without statements can be cancelled`(_ line: String) async throws {
    let shell = ShellRun()
    let run = start { try await shell(line) }
    await settle()
    run.cancel()
    #expect(await failure { () async throws in try await run.value } as? ShellEnding == .cancelled)
  }

  @Test @LoopActor func `sockets are kept in lists, and told apart even when a number is used again`() async throws {
    let shell = ShellRun()
    try await shell("set -e", "p q = socketpair unix stream", "l = [$p $q]", "close p", "r = socket unix stream")
    try await shell("f = $l.first; assert $r.fd == $f.fd; assert ($l contains $p && !($l contains $r))")
    try await shell("l = $l - $r; assert $l.count == 2; l = $l - $p; assert $l.count == 1; assert ($l.0 == $q)")
    // `set` keeps the socket, and not its number.
    try await shell("set copy $q; recv $copy 1; assert $? == 0")
  }

  @Test @LoopActor func `poll and select watch the sockets of a list, and give those that are ready`() async throws {
    let shell = ShellRun()
    try await shell(
      "set -e", "p q = socketpair unix stream", "a b = socketpair unix stream", "l = [$q $b]", "send p \"x\"")
    try await shell("events ready = poll $l:in 1s", "assert ($ready == [$q])", "assert $events contains $q.fd:POLLIN")
    try await shell("events r w e = select p:r $l:r,w 1s", "assert ($r == [$q] && $w == [$q $b] && $e == [])")
    try await shell("n = (SOMAXCONN + 1); assert ($n > SOMAXCONN)", "b = (POLLIN * 2); assert $b == 2")
    try await shell("l = []; events ready = poll a:in $l:in 1ms", "assert $ready.count == 0")
  }
}
