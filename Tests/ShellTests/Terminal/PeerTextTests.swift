import Testing

@testable import Shell

/// What a peer sends, as it is shown: harmless, whole, and the same wherever the reads cut it.
@Suite struct PeerTextTests {
  static let rows: [(bytes: [UInt8], lines: String, partial: String)] = [
    (Array("one\ntwo".utf8), "one\n", "two"),
    (Array("one\r\ntwo\r\n".utf8), "one\ntwo\n", ""),
    (Array("a\rb\r\r\n".utf8), "a^Mb^M\n", ""),
    (Array("\u{1b}]0;title\u{7}\u{7f}\u{0}\n".utf8), "^[]0;title^G^?^@\n", ""),
    (Array("a\tb\n".utf8), "a       b\n", ""),
    (Array("é€😀\n".utf8), "é€😀\n", ""),
    ([0xc3, 0x28, 0xff, 0x0a], "\\xc3(\\xff\n", ""),
    // Overlong, a surrogate, past the end of Unicode, and C1 controls both ways.
    ([0xc0, 0xaf, 0xe0, 0x80, 0x80, 0x0a], "\\xc0\\xaf\\xe0\\x80\\x80\n", ""),
    ([0xed, 0xa0, 0x80, 0xf4, 0x90, 0x0a], "\\xed\\xa0\\x80\\xf4\\x90\n", ""),
    ([0x9b, 0xc2, 0x9b, 0x0a], "\\x9b\\xc2\\x9b\n", ""),
    ([0xe2, 0x82, 0x0a], "\\xe2\\x82\n", ""),
  ]

  @Test(arguments: rows)
  func `shown at once and byte by byte`(_ row: (bytes: [UInt8], lines: String, partial: String)) {
    var whole = PeerText()
    #expect(String(decoding: whole.add(row.bytes), as: UTF8.self) == row.lines)
    #expect(String(decoding: whole.partial, as: UTF8.self) == row.partial)
    var cut = PeerText()
    #expect(String(decoding: row.bytes.flatMap { cut.add([$0]) }, as: UTF8.self) == row.lines)
    #expect(cut.partial == whole.partial)
  }

  @Test func `what is left at the end is shown`() {
    var text = PeerText()
    #expect(text.add([0x61, 0xe2, 0x82]) == [])
    #expect(String(decoding: text.end(), as: UTF8.self) == "a\\xe2\\x82\n")
    #expect(text.add([0x0d]) == [])
    #expect(String(decoding: text.end(), as: UTF8.self) == "^M\n")
    #expect(text.end() == [])
  }

  @Test func `a line without an end takes no more memory than the screen`() {
    var text = PeerText()
    let lines = text.add(repeatElement(0x61, count: 1_000_000), limit: 100)
    #expect(lines.count == 1_010_000)
    #expect(text.partial.count < 100)
  }

  @Test func `a terminal without UTF-8 gets ASCII`() {
    var text = PeerText(isUTF8: false)
    #expect(String(decoding: text.add(Array("é\n".utf8)), as: UTF8.self) == "\\xc3\\xa9\n")
  }
}
