import Sockets
import Testing

@testable import Transfer

@Suite struct ConsoleLineTests {
  static let rows: [(String, ConsoleLine)] = [
    ("", .text([])), ("hello", .text(Array("hello".utf8))), (" ~.", .text(Array(" ~.".utf8))),
    ("~~", .text([0x7e])), ("~~.", .text([0x7e, 0x2e])), ("~.", .disconnect), ("~?", .help), ("~s", .status),
    ("~h", .halfClose), ("~u", .urgent([0x21])), ("~u ab", .urgent([0x61, 0x62])),
    ("~x 48 69", .bytes([0x48, 0x69])), ("~x48690D0a", .bytes([0x48, 0x69, 0x0d, 0x0a])),
  ]

  @Test("Lines and escapes are parsed", arguments: rows)
  func meaning(_ text: String, _ expected: ConsoleLine) { #expect(ConsoleLine(Array(text.utf8)) == expected) }

  @Test(
    "A malformed escape is explained", arguments: ["~", "~q", "~x", "~x 4", "~x zz", "~x \u{ff14}8", "~s now", "~h x"])
  func mistakes(_ text: String) {
    guard case .mistake = ConsoleLine(Array(text.utf8)) else {
      Issue.record("\(text) was parsed as \(ConsoleLine(Array(text.utf8)))")
      return
    }
  }

  @Test("The times of TCP_INFO are shown in milliseconds")
  func milliseconds() {
    var bytes = [UInt8](repeating: 0, count: 104)
    bytes[0] = 1
    withUnsafeBytes(of: UInt32(1500)) { bytes.replaceSubrange(68..<72, with: $0) }
    #expect(ConnectionStatus.text(TCPInformation(bytes)).hasPrefix("TCP_INFO: ESTABLISHED, rtt 1.500 ms"))
    #expect(TCPInformation(Array(bytes.dropLast())).retransmissions == 0)
  }
}
