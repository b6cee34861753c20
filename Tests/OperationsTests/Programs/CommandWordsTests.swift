import Testing

@testable import Operations

@Suite("The words of a command, split as a shell splits them")
struct CommandWordsTests {
  @Test(
    "Quotes and backslashes keep blanks, and nothing is expanded",
    arguments: [
      ("cat", ["cat"]), ("  a  b\tc\n", ["a", "b", "c"]), ("a 'b c' d", ["a", "b c", "d"]),
      (#"a "b 'c" d"#, ["a", "b 'c", "d"]), (#"a b\ c"#, ["a", "b c"]), ("''", [""]), (#"a"b"'c'd"#, ["abcd"]),
      (#""\$x \" \\ \a""#, [#"$x " \ \a"#]), (#"'\n'"#, [#"\n"#]),
      ("$HOME *.c ~ # x", ["$HOME", "*.c", "~", "#", "x"]),
      ("a\\\nb", ["ab"]), (#"\'a\'"#, ["'a'"]),
    ])
  func words(_ command: String, _ words: [String]) throws {
    #expect(try CommandWords.split(Array(command.utf8)).map { String(decoding: $0, as: UTF8.self) } == words)
  }

  @Test("A command that is no command is refused", arguments: ["", "  ", "a 'b", #"a "b"#, "a\\"])
  func refused(_ command: String) {
    #expect(throws: OperationError.self) { try CommandWords.split(Array(command.utf8)) }
  }
}
