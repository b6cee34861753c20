import LoopTestSupport
import SocketLoop
import Testing

@testable import Transfer

@Suite("Line endings", .onTheLoop)
struct CRLFFilterTests {
  private static let table = [
    ("", ""), ("a", "a"), ("\n", "\r\n"), ("\r\n", "\r\n"), ("\r", "\r"), ("a\nb\n", "a\r\nb\r\n"),
    ("a\r\nb\nc", "a\r\nb\r\nc"), ("\n\n", "\r\n\r\n"), ("\r\r\n", "\r\r\n"), ("\r\n\n\r", "\r\n\r\n\r"),
  ]

  @Test("A lone LF becomes CR LF, wherever the reads cut the input")
  @LoopActor
  func table() {
    for (input, expected) in Self.table {
      let bytes = Array(input.utf8)
      for first in 0...bytes.count {
        for second in first...bytes.count {
          let filter = CRLFFilter()
          var output: [UInt8] = []
          for piece in [bytes[..<first], bytes[first..<second], bytes[second...]] {
            Array(piece).withUnsafeBytes { output += filter.apply(to: $0) }
          }
          #expect(output == Array(expected.utf8), "\(input.debugDescription) cut at \(first) and \(second)")
        }
      }
    }
  }
}

@Suite("Hex dumps")
struct HexDumpTests {
  @Test("Sixteen bytes a line, with their offset and their text")
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
