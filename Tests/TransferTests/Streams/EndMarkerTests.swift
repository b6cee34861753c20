import LoopTestSupport
import SocketLoop
import Testing

@testable import Transfer

@Suite("Where a stream ends by its content", .onTheLoop) struct EndMarkerTests {
  /// What a marker takes of a text that arrives in pieces of some size.
  @LoopActor
  private func taken(_ text: String, pieces size: Int, lines: Int? = nil, until end: String? = nil) -> String {
    let marker = EndMarker(lines: lines, text: end.map { Array($0.utf8) })
    let bytes = Array(text.utf8)
    var taken: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      let piece = Array(bytes[start..<min(start + size, bytes.count)])
      taken += piece.prefix(piece.withUnsafeBytes { marker.take($0) })
    }
    return String(decoding: taken, as: UTF8.self)
  }

  @Test("However the text is split", arguments: 1...7)
  @LoopActor
  func pieces(_ size: Int) {
    #expect(taken("a\nb\nc", pieces: size, lines: 2) == "a\nb\n")
    #expect(taken("abc", pieces: size, lines: 2) == "abc")
    #expect(taken("xaabaabaaacy", pieces: size, until: "aabaaac") == "xaabaabaaac")
    #expect(taken("aaaab", pieces: size, until: "aab") == "aaaab")
    #expect(taken("ababac", pieces: size, until: "abac") == "ababac")
    #expect(taken("a\nENDb", pieces: size, lines: 2, until: "END") == "a\nEND")
    #expect(taken("nothing", pieces: size) == "nothing")
  }
}
