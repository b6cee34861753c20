import SockTestSupport
import Testing

/// What `-I` refuses.
@Suite(.endToEnd) struct InteractiveUsageTests {
  @Test(
    "Misuse is one clear error",
    arguments: [
      (["connect", "-I", "127.0.0.1", "1"], "needs a terminal"),
      (["listen", "-I", "127.0.0.1", "0"], "needs a terminal"),
      (["connect", "-I", "-z", "127.0.0.1", "1"], "exclude each other"),
      (["listen", "-I", "-k", "127.0.0.1", "0"], "exclude each other"),
      (["connect", "-I", "-x", "127.0.0.1", "1"], "--log-hex"),
    ])
  func misuseIsOneClearError(_ arguments: [String], _ words: String) throws {
    let outcome = try Sock.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errorLines.first?.contains(words) == true, "\(outcome)")
  }
}
