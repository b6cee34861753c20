/// A line typed on a console: text to send, or an escape that begins with `~`.
package enum ConsoleLine: Equatable, Sendable {
  /// Send this text and a newline.
  case text([UInt8])
  /// `~x HEX`: send these bytes, without a newline.
  case bytes([UInt8])
  /// `~u TEXT`: send this as urgent data.
  case urgent([UInt8])
  /// `~h`: shut down the sending half.
  case halfClose
  /// `~s`: show the connection's status.
  case status
  /// `~?`: list the escapes.
  case help
  /// `~.`: disconnect.
  case disconnect
  /// An unknown or malformed escape, with an explanation.
  case mistake(String)

  /// Parses a line, given without its line ending.
  package init(_ line: [UInt8]) {
    guard line.first == UInt8(ascii: "~") else {
      self = .text(line)
      return
    }
    let argument = line.dropFirst(2).drop { $0 == UInt8(ascii: " ") }
    let name = line.count > 1 ? line[1] : 0
    let isAlone = argument.isEmpty
    switch name {
    case UInt8(ascii: "~"): self = .text(Array(line.dropFirst()))
    case UInt8(ascii: "."): self = .disconnect
    case UInt8(ascii: "?") where isAlone: self = .help
    case UInt8(ascii: "s") where isAlone: self = .status
    case UInt8(ascii: "h") where isAlone: self = .halfClose
    case UInt8(ascii: "u"): self = .urgent(isAlone ? [UInt8(ascii: "!")] : Array(argument))
    case UInt8(ascii: "x"): self = Self.hexadecimal(argument)
    default: self = .mistake("no such escape: ~? lists them, and ~~ sends a line that begins with ~")
    }
  }

  private static func hexadecimal(_ text: ArraySlice<UInt8>) -> ConsoleLine {
    var digits: [UInt8] = []
    for byte in text where byte != UInt8(ascii: " ") {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
        return .mistake("~x takes bytes as pairs of hexadecimal digits: ~x 48 69 0d0a")
      }
      digits.append(UInt8(digit))
    }
    guard !digits.isEmpty, digits.count.isMultiple(of: 2) else {
      return .mistake("~x takes bytes as pairs of hexadecimal digits: ~x 48 69 0d0a")
    }
    return .bytes(stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
  }

  /// The text that `~?` shows.
  package static let list = """
    ~.          disconnect
    ~?          this list
    ~s          status: addresses, bytes, queues, TCP_INFO
    ~x HEX      send bytes: ~x 48 69 0d0a
    ~u [TEXT]   send TEXT (or !) as urgent data
    ~h          half-close: send no more, go on receiving
    ~~TEXT      send a line that begins with ~
    """
}
