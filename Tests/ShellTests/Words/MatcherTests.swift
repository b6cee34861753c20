import Testing

@testable import Shell

@Suite struct MatcherTests {
  @Test(
    arguments: [
      ("", "abc", 0), ("b", "abc", 2), ("abc", "abc", 3), ("abcd", "abc", nil), ("x", "", nil), ("aab", "aaab", 4),
    ] as [(String, String, Int?)])
  func `literal bytes`(_ pattern: String, _ text: String, _ end: Int?) {
    let matcher = Matcher(literal: Array(pattern.utf8))
    #expect(matcher.end(in: Array(text.utf8)) == end)
    #expect("\(matcher)" == "\"\(pattern)\"")
  }

  @Test(
    arguments: [
      ("b+", "abbbc", 4), ("^b", "a\nbc", 3), ("c$", "abc\n", 3), ("(a|b){2}", "xab", 3), ("z", "abc", nil),
      ("c", "a\0c", 3),
      ("[[:digit:]]+", "x42y", 3),
    ] as [(String, String, Int?)])
  func `extended regular expressions, over any bytes`(_ pattern: String, _ text: String, _ end: Int?) throws {
    let matcher = try Matcher(pattern: pattern)
    #expect(matcher.end(in: Array(text.utf8)) == end)
    #expect("\(matcher)" == "/\(pattern)/")
  }

  @Test(arguments: ["(", "[", "a{2,1}", "*("])
  func `invalid expressions`(_ pattern: String) {
    #expect(throws: PatternError.self) { try Matcher(pattern: pattern) }
  }
}
