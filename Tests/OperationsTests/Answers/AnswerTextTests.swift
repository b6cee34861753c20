import Testing

@testable import Operations

@Suite("The texts of answers")
struct AnswerTextTests {
  private static func quotes(_ text: String) -> [String] {
    QuoteAnswer.quotes(in: Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("Lines of a single % separate quotes; a % elsewhere does not")
  func quotes() {
    #expect(Self.quotes("a\n%\nb 5%\n%x\n%\r\n%\n") == ["a\n", "b 5%\n%x\n"])
    #expect(Self.quotes("no line feed") == ["no line feed"])
    #expect(Self.quotes("%\n").isEmpty && Self.quotes("").isEmpty)
  }

  @Test("The seconds since 1900 wrap in 2036")
  func seconds() {
    // The examples of RFC 868.
    #expect(ClockAnswer.number(of: 0) == [0x83, 0xaa, 0x7e, 0x80])
    #expect(ClockAnswer.number(of: 2_085_978_496) == [0, 0, 0, 0])
  }

  @Test("The characters rotate by one each line, through all 95")
  func pattern() {
    let pattern = ChargenStream.pattern
    #expect(pattern.count == 95 * 74)
    #expect(Set(pattern) == Set(0x20...0x7e).union([0x0d, 0x0a]))
    for line in 0..<95 {
      #expect(pattern[line * 74] == UInt8(0x20 + line))
      #expect(pattern[line * 74 + 73] == 0x0a)
    }
  }
}
