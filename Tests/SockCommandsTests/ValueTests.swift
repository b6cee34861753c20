import Testing

@testable import SockCommands

@Suite("Values of options")
struct ValueTests {
  @Test("Arguments are text that loses no byte")
  func argumentText() {
    #expect(ArgumentText.text(Array("h\u{e9}llo \u{1f600}".utf8)) == "h\u{e9}llo \u{1f600}")
    let cases: [[UInt8]] = [
      [], [0xff], [0x61, 0xff, 0x62], [0xc3], [0xc3, 0xa9], [0xc3, 0xa9, 0xff], Array("\u{10ff80}\u{10ffff}".utf8),
      Array("\u{10ff7f}\u{f8ff}".utf8), Array(1...255),
    ]
    for bytes in cases {
      #expect(ArgumentText.bytes(ArgumentText.text(bytes)) == bytes)
    }
    #expect(ArgumentText.isPlain("plain"))
    #expect(!ArgumentText.isPlain(ArgumentText.text([0xff])))
  }
}
