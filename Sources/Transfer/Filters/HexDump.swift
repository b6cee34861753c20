/// Formats a hex dump: sixteen bytes per line, with the offset in the stream.
///
/// `00000000  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 21 0a        |Hello, world!.|`
package struct HexDump: Sendable {
  /// How many bytes have been dumped so far, which is the next line's offset.
  package private(set) var offset: UInt64 = 0
  /// A dump that starts at offset 0.
  package init() {}

  /// Returns the lines for these bytes, each ending in a newline.
  package mutating func lines(for bytes: UnsafeRawBufferPointer, prefix: String = "") -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count / 16 + 1) * (80 + prefix.utf8.count))
    var start = 0
    while start < bytes.count {
      let end = min(start + 16, bytes.count)
      output += prefix.utf8
      // Eight digits, and more only where the offset has more.
      let width = max(8, (64 - offset.leadingZeroBitCount + 3) / 4)
      for place in stride(from: width - 1, through: 0, by: -1) {
        output.append(Self.digit(UInt8(offset >> (4 * UInt64(place)) & 15)))
      }
      output += "  ".utf8
      for column in 0..<16 {
        if column == 8 { output.append(0x20) }
        if start + column < end {
          let byte = bytes[start + column]
          output.append(Self.digit(byte >> 4))
          output.append(Self.digit(byte & 15))
        } else {
          output += "  ".utf8
        }
        output.append(0x20)
      }
      output += " |".utf8
      for index in start..<end { output.append((0x20..<0x7f).contains(bytes[index]) ? bytes[index] : 0x2e) }
      output += "|\n".utf8
      offset += UInt64(end - start)
      start = end
    }
    return output
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x61 + value - 10 }
}
