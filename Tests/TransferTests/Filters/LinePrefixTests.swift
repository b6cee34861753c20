import LoopTestSupport
import SocketLoop
import Testing

@testable import Transfer

@Suite(.onTheLoop) struct LinePrefixTests {
  @Test("Each line gets the prefix once, wherever reads split it")
  @LoopActor
  func lines() {
    for (input, expected) in [
      ("", ""), ("a", "> a"), ("\n", "> \n"), ("a\n", "> a\n"), ("a\n\nbc", "> a\n> \n> bc"), ("a\nb\n", "> a\n> b\n"),
    ] {
      let bytes = Array(input.utf8)
      for cut in 0...bytes.count {
        let filter = LinePrefix("> ")
        var output: [UInt8] = []
        for piece in [bytes[..<cut], bytes[cut...]] { Array(piece).withUnsafeBytes { output += filter.apply(to: $0) } }
        #expect(String(decoding: output, as: UTF8.self) == expected, "\(input.debugDescription) cut at \(cut)")
      }
    }
  }
}
