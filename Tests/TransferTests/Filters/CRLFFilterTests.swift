import LoopTestSupport
import SocketLoop
import Testing

@testable import Transfer

@Suite(.onTheLoop) struct CRLFFilterTests {
  private static let table = [
    ("", ""), ("a", "a"), ("\n", "\r\n"), ("\r\n", "\r\n"), ("\r", "\r"), ("a\nb\n", "a\r\nb\r\n"),
    ("a\r\nb\nc", "a\r\nb\r\nc"), ("\n\n", "\r\n\r\n"), ("\r\r\n", "\r\r\n"), ("\r\n\n\r", "\r\n\r\n\r"),
  ]

  @Test("A lone LF becomes CR LF, wherever reads split the input")
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
