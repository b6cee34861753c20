import Testing

@testable import Operations

@Suite("The lines of a chat")
struct ChatLineTests {
  private static func read(_ text: String) -> ChatLine { ChatLine(Array(text.utf8)) }

  @Test("A slash begins a command, two of them a text with one")
  func commands() {
    #expect(Self.read("hello\r\n") == .text("hello"))
    #expect(Self.read("//who\n") == .text("/who"))
    #expect(Self.read("/who\n") == .who)
    #expect(Self.read("/WHO") == .who)
    #expect(Self.read("/nick  Ann \n") == .nick(Array("Ann".utf8)))
    #expect(Self.read("/nick") == .nick([]))
    #expect(Self.read("/\u{1b}[2J") == .unknown("\\x1b[2J"))
    #expect(Self.read("\r\n") == .nothing)
    #expect(Self.read("/quit now") == .quit)
    #expect(Self.read("/") == .unknown(""))
  }

  @Test("Any bytes become text that cannot command a terminal")
  func harmless() {
    for first in UInt8.min...UInt8.max {
      for second in [UInt8(0x1b), 0x80, 0x9b, 0xc2, 0x41] {
        for scalar in ChatText.harmless([first, second]).unicodeScalars {
          #expect(scalar == "\t" || scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value))
        }
      }
    }
  }
}
