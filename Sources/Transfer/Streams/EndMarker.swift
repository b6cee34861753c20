import SocketLoop

/// Finds where a stream ends for its reader by what it contains: behind a number of lines, or behind a text.
///
/// It does not matter where reads split the stream.
@LoopActor
package final class EndMarker {
  private var linesLeft: Int?
  private let text: [UInt8]
  /// For each length of a beginning of the text, the length of the longest shorter one that it ends with (the failure
  /// function of Knuth, Morris and Pratt).
  private let borders: [Int]
  /// How much of the text the stream ends with so far.
  private var matched = 0
  /// Whether the end has been found.
  package private(set) var isFound = false

  /// - Parameters:
  ///   - lines: how many line feeds end the stream; nil for no such end.
  ///   - text: the text that ends the stream; nil or empty for none.
  package init(lines: Int? = nil, text: [UInt8]? = nil) {
    linesLeft = lines
    self.text = text ?? []
    borders = Self.borders(of: self.text)
  }

  /// Returns how many of these bytes, the next of the stream, belong to it.
  package func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    if isFound { return 0 }
    for (index, byte) in bytes.enumerated() where ends(with: byte) {
      isFound = true
      return index + 1
    }
    return bytes.count
  }

  private func ends(with byte: UInt8) -> Bool {
    if byte == 0x0a, let left = linesLeft {
      linesLeft = left - 1
      if left <= 1 { return true }
    }
    if text.isEmpty { return false }
    while matched > 0, text[matched] != byte { matched = borders[matched - 1] }
    if text[matched] == byte { matched += 1 }
    return matched == text.count
  }

  private static func borders(of text: [UInt8]) -> [Int] {
    var borders = Array(repeating: 0, count: text.count)
    var length = 0
    for index in text.indices.dropFirst() {
      while length > 0, text[length] != text[index] { length = borders[length - 1] }
      if text[length] == text[index] { length += 1 }
      borders[index] = length
    }
    return borders
  }
}
