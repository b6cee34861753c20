/// Makes a peer's bytes safe to display, as complete lines and one unfinished line.
///
/// Control characters become `^X`, and bytes that are not UTF-8 `\xNN`: a peer cannot move the cursor, ring the bell,
/// rename the window or hide earlier text. The result does not depend on where reads split the stream.
struct PeerText {
  private let isUTF8: Bool
  /// An incomplete character, or a CR whose meaning depends on the next byte.
  private var pending: [UInt8] = []
  /// The unfinished line.
  private(set) var partial: [UInt8] = []

  /// - Parameter isUTF8: whether the terminal displays UTF-8; otherwise bytes outside ASCII become `\xNN`.
  init(isUTF8: Bool = true) { self.isUTF8 = isUTF8 }

  /// Adds bytes, and returns the lines that they complete, newlines included.
  ///
  /// - Parameter limit: the length at which ``partial`` is broken into a line.
  mutating func add(_ bytes: some Sequence<UInt8>, limit: Int = .max) -> [UInt8] {
    var lines: [UInt8] = []
    for byte in bytes {
      add(byte)
      if partial.last == 0x0a || partial.count >= limit {
        if partial.last != 0x0a { partial.append(0x0a) }
        lines += partial
        partial.removeAll(keepingCapacity: true)
      }
    }
    return lines
  }

  /// Forgets the unfinished line: shown as a prompt, it stays on the screen with what was typed after it.
  mutating func forgetPartial() { partial.removeAll() }

  /// Returns the rest as lines at the end of the stream.
  mutating func end() -> [UInt8] {
    for byte in pending { show(byte) }
    pending.removeAll()
    defer { partial.removeAll() }
    return partial.isEmpty ? [] : partial + [0x0a]
  }

  private mutating func add(_ byte: UInt8) {
    if pending.first == 0x0d {
      pending.removeAll()
      if byte != 0x0a { show(0x0d) }
    } else if !pending.isEmpty {
      if Self.continues(pending, with: byte) {
        pending.append(byte)
        if pending.count == Self.length(of: pending[0]) {
          appendCharacter()
        }
        return
      }
      for byte in pending { show(byte) }
      pending.removeAll()
    }
    switch byte {
    case 0x0d: pending = [byte]
    case 0xc2...0xf4 where isUTF8: pending = [byte]
    default: show(byte)
    }
  }

  /// C1 controls (U+0080 to U+009F) are as dangerous as C0 controls.
  private mutating func appendCharacter() {
    if pending[0] == 0xc2, pending[1] < 0xa0 {
      for byte in pending { show(byte) }
    } else {
      partial += pending
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// A byte that is a character by itself, or not part of any.
  private mutating func show(_ byte: UInt8) {
    switch byte {
    case 0x0a, 0x20...0x7e: partial.append(byte)
    case 0x09: repeat { partial.append(0x20) } while partial.count % 8 != 0
    case 0x7f: partial += [UInt8(ascii: "^"), UInt8(ascii: "?")]
    case ..<0x20: partial += [UInt8(ascii: "^"), byte + 0x40]
    default: partial += Array("\\x".utf8) + [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
    }
  }

  private static let digits = Array("0123456789abcdef".utf8)

  /// The length of the character that begins with this byte.
  private static func length(of first: UInt8) -> Int { first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4 }

  /// Whether a byte continues a character that is not overlong, a surrogate, or past U+10FFFF.
  private static func continues(_ begun: [UInt8], with byte: UInt8) -> Bool {
    guard begun.count == 1 else { return (0x80...0xbf).contains(byte) }
    switch begun[0] {
    case 0xe0: return (0xa0...0xbf).contains(byte)
    case 0xed: return (0x80...0x9f).contains(byte)
    case 0xf0: return (0x90...0xbf).contains(byte)
    case 0xf4: return (0x80...0x8f).contains(byte)
    default: return (0x80...0xbf).contains(byte)
    }
  }
}
