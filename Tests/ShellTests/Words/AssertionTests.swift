import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

/// `assert` and `expect`.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct AssertionTests {
  @Test(arguments: [
    "1 == 1", "1 != 2", "1 < 2", "2 <= 2", "3 > 2", "2 >= 2", "\"abc\" contains b", "\"a\" == \"a\"",
    "x\"61\" == \"a\"",
    "abc == abc", "010 == 10", "errno 0", "$errno == 0", "$? == 0", "\"1\" == 1", "$n == 5", "$s.port != 0",
  ])
  @LoopActor func `what holds`(_ assertion: String) async {
    #expect(
      await ShellRun().ending("set n 5", "s = socket inet dgram", "bind s 127.0.0.1:0", "assert \(assertion)") == nil)
  }

  @Test(arguments: [
    ("1 == 2", "expected == 2, got 1"), ("2 < 2", "expected < 2, got 2"),
    ("\"abc\" contains x", "expected contains x, got \"abc\""),
    ("errno EPERM", "expected errno EPERM, got 0"), ("a != a", "expected != a, got a"),
  ])
  @LoopActor func `what does not hold ends the session`(_ assertion: String, _ message: String) async {
    #expect(await ShellRun().ending("assert \(assertion)") == .failed("1:1: \(message)"))
  }

  @Test(arguments: [
    ("1 = 1", "1:8: '=' keeps a result: to compare, write =="),
    ("1", "1:1: 'assert' takes errno NAME, LEFT OP RIGHT such as $? == 5, or (EXPRESSION)"),
    ("1 ~ 2", "1:10: '~' compares nothing: there are ==, !=, <, <=, >, >=, contains"),
    ("a < 2", "1:10: '<' compares numbers: 'a' and '2' are not both"),
    ("errno ECONNREST", "1:14: 'ECONNREST' is no error: did you mean ECONNRESET?"),
    ("errno XYZ", "1:14: 'XYZ' is no error: write its C name, or 0"),
  ])
  @LoopActor func `what cannot be compared`(_ assertion: String, _ message: String) async {
    #expect(await ShellRun().ending("assert \(assertion)") == .misuse(message))
  }

  @Test(arguments: [
    ("\"login: \"", "Welcome\\nlogin: bob", "bob"), ("/[0-9]+;/", "code 220; ready", " ready"), ("\"\"", "abc", "abc"),
    ("x\"0d0a\"", "a\\r\\nb", "b"), ("/^b$/", "a\\nb\\nc", "\\nc"), ("/a\\/b/", "a/bc", "c"),
  ])
  @LoopActor func `expect consumes up to the end of the match`(_ pattern: String, _ input: String, _ rest: String)
    async throws
  {
    let shell = ShellRun()
    try await shell("p q = socketpair unix stream", "send p \"\(input)\"", "expect q \(pattern)")
    #expect(try await shell("recv q 99").last?.hasSuffix("\"\(rest)\"") == true)
  }

  @Test @LoopActor func `a match may arrive in pieces`() async throws {
    let shell = ShellRun()
    try await shell(
      "p q = socketpair unix stream", "spawn { send p \"he\"; sleep 10ms; send p \"llo there\" }",
      "expect q \"hello\" 10s", "wait")
    #expect(try await shell("recv q 9") == ["recv = 6 \" there\""])
  }

  @Test @LoopActor func `each datagram is matched by itself`() async throws {
    let shell = ShellRun()
    try await shell("p q = socketpair unix dgram", "send p \"ab\"", "send p \"cd\"", "send p \"ef\"", "expect q /^c/")
    #expect(try await shell("recv q 9") == ["recv = 2 \"ef\""])
    try await shell("send p \"b\"", "send p \"c\"")
    #expect(await shell.ending("expect q \"bc\" 10ms") == .failed("9:1: expected \"bc\", got \"c\" within 10 ms"))
  }

  @Test(arguments: [
    ("send p \"abc\"; expect q \"xyz\" 10ms", "1 == expected \"xyz\", got \"abc\" within 10 ms"),
    ("send p \"abc\"; close p; expect q /x+/", "2 == expected /x+/, got \"abc\" and the end"),
  ])
  @LoopActor func `a failed expectation shows what came`(_ line: String, _ message: String) async {
    let ending = await ShellRun().ending("p q = socketpair unix stream", line)
    guard case .failed(let text)? = ending else {
      Issue.record("\(String(describing: ending))")
      return
    }
    #expect(text.hasSuffix(String(message.dropFirst(5))), "\(text)")
  }

  @Test @LoopActor func `an invalid expression is refused`() async {
    let ending = await ShellRun().ending("p q = socketpair unix stream", "expect q /(/")
    guard case .misuse(let text)? = ending else {
      Issue.record("\(String(describing: ending))")
      return
    }
    #expect(text.hasPrefix("2:10: /(/ is no regular expression: "))
  }
}
