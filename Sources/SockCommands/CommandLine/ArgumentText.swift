/// The arguments of the process as text that loses none of their bytes.
///
/// An argument is bytes; a `String` is Unicode, and would put U+FFFD for every byte that is not UTF-8. Here each byte
/// of such an argument from 0x80 up stands as one character of its own, U+10FF80 to U+10FFFF, so that the bytes can be
/// had back. Those characters have no meaning in Unicode (private use); an argument that holds one is kept in the same
/// way, so the two directions are exact for every argument there is.
enum ArgumentText {
  /// The arguments behind the program's name, from the process's own `argv`.
  static func ofProcess() -> [String] {
    var texts: [String] = []
    let vector = CommandLine.unsafeArgv
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let argument = vector[index] else { break }
      texts.append(text(UnsafeBufferPointer(start: argument, count: length(argument))))
    }
    return texts
  }

  /// Text for an argument's bytes.
  static func text(_ bytes: some Collection<CChar>) -> String {
    text(bytes.map { UInt8(bitPattern: $0) })
  }

  /// Text for an argument's bytes.
  static func text(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self), isPlain(text) { return text }
    var text = ""
    for byte in bytes {
      text.unicodeScalars.append(byte < 0x80 ? Unicode.Scalar(byte) : scalar(byte))
    }
    return text
  }

  /// The bytes that the argument had.
  static func bytes(_ text: String) -> [UInt8] {
    if isPlain(text) { return Array(text.utf8) }
    return text.unicodeScalars.flatMap { byte($0).map { [$0] } ?? Array(String($0).utf8) }
  }

  /// Whether the text is the argument as it was, with no byte kept apart.
  static func isPlain(_ text: String) -> Bool {
    // All these characters begin with F4 8F BE or F4 8F BF: most text has no F4 at all.
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

  private static func length(_ argument: UnsafePointer<CChar>) -> Int {
    var length = 0
    while argument[length] != 0 { length += 1 }
    return length
  }
}
