import SocketLoop

/// The arguments of the process as text from which their bytes can be restored.
///
/// An argument is a string of bytes, but a `String` is Unicode, and would replace every byte that is not UTF-8 by
/// U+FFFD. If an argument is not UTF-8, each of its bytes from 0x80 up becomes one character here, U+10FF80 to
/// U+10FFFF. Those are private-use characters without a meaning. An argument that contains one of them is encoded in
/// the same way, so the conversion is exact for every argument.
enum ArgumentText {
  /// The arguments after the program's name, from the `argv` of the process.
  static func ofProcess() -> [String] { ProcessArguments.afterName().map { text($0) } }

  /// The text for the bytes of an argument.
  static func text(_ bytes: some Collection<CChar>) -> String {
    text(bytes.map { UInt8(bitPattern: $0) })
  }

  /// The text for the bytes of an argument.
  static func text(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self), isPlain(text) { return text }
    var text = ""
    for byte in bytes {
      text.unicodeScalars.append(byte < 0x80 ? Unicode.Scalar(byte) : scalar(byte))
    }
    return text
  }

  /// The original bytes of an argument.
  static func bytes(_ text: String) -> [UInt8] {
    if isPlain(text) { return Array(text.utf8) }
    return text.unicodeScalars.flatMap { byte($0).map { [$0] } ?? Array(String($0).utf8) }
  }

  /// Whether the text is the argument itself, without encoded bytes.
  static func isPlain(_ text: String) -> Bool {
    // The UTF-8 of these characters begins with F4 8F BE or F4 8F BF. Most text contains no F4 at all.
    guard text.utf8.contains(0xf4) else { return true }
    return text.unicodeScalars.allSatisfy { byte($0) == nil }
  }

  private static let base: UInt32 = 0x10_ff00

  private static func scalar(_ byte: UInt8) -> Unicode.Scalar {
    Unicode.Scalar(base + UInt32(byte)) ?? "\u{fffd}"
  }

  private static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
    scalar.value >= base + 0x80 ? UInt8(truncatingIfNeeded: scalar.value) : nil
  }
}
