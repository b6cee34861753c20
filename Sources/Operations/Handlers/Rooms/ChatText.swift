/// The text of a chat, made harmless.
enum ChatText {
  /// The longest name, in characters.
  static let longestName = 32

  /// The bytes of a line as text: whole characters, with U+FFFD for what is not UTF-8, and without anything that could
  /// command a terminal. Control characters become `\x1b`, and marks that turn the direction of writing `\u202e`.
  static func harmless(_ bytes: some Collection<UInt8>) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if scalar == "\t" || !isHarmful(scalar) {
        text.unicodeScalars.append(scalar)
      } else if scalar.value < 0x100 {
        text += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      } else {
        text += "\\u" + String(scalar.value, radix: 16)
      }
    }
    return text
  }

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f...0x9f: true
    // Line and paragraph separators, and directional embeddings, overrides and isolates.
    case 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }

  /// What is wrong with a name; nil if nothing is.
  static func objection(to name: some Collection<UInt8>) -> String? {
    guard String(validating: name, as: UTF8.self) != nil else { return "a name has to be UTF-8" }
    let text = String(decoding: name, as: UTF8.self)
    if text.isEmpty { return "write /nick NAME" }
    if text.count > longestName { return "a name has \(longestName) characters at most" }
    if text.unicodeScalars.contains(where: { isHarmful($0) }) { return "a name has no control characters" }
    if text.unicodeScalars.contains(where: { $0.properties.isWhitespace }) { return "a name has no spaces" }
    if text.unicodeScalars.allSatisfy({ $0.properties.isDefaultIgnorableCodePoint }) {
      return "a name has to be visible"
    }
    if let first = text.first, "/*<>".contains(first) { return "a name does not begin with \(first)" }
    return nil
  }
}
