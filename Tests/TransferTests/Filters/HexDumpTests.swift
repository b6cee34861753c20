import Testing

@testable import Transfer

@Suite struct HexDumpTests {
  @Test("A line has sixteen bytes, their offset and their text")
  func lines() {
    var dump = HexDump()
    #expect(
      text(&dump, Array("Hello, world!\n".utf8))
        == "00000000  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 21 0a        |Hello, world!.|\n")
    #expect(
      text(&dump, Array(0...16)) == """
        0000000e  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  |................|
        0000001e  10                                                |.|

        """)
    #expect(dump.offset == 31)
    #expect(text(&dump, [0x1f, 0x20, 0x7e, 0x7f, 0xff], prefix: "> ").hasSuffix("|. ~..|\n"))
    #expect(text(&dump, []) == "")
    #expect(text(&dump, [0x41], prefix: "> ") == "> 00000024  41" + String(repeating: " ", count: 48) + "|A|\n")
  }

  private func text(_ dump: inout HexDump, _ bytes: [UInt8], prefix: String = "") -> String {
    String(decoding: bytes.withUnsafeBytes { dump.lines(for: $0, prefix: prefix) }, as: UTF8.self)
  }
}
