/// The service that a DCCP client requests at a port. Both ends must agree on it: RFC 4340, 8.1.2.
public struct DCCPServiceCode: Hashable, Sendable {
  /// The number; 0 for none.
  public let rawValue: UInt32

  /// Creates a code from its number.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Parses the forms of the RFC, and a number alone: `SC:fdpz`, `SC=1717858426`, `SC=x6664707A`, `0x6664707A`.
  ///
  /// `SC:` is followed by up to four characters, which are padded with spaces. Nil for anything else, and for the
  /// largest number, which is not a valid code.
  public init?(_ text: String) {
    let number: Int?
    if text.lowercased().hasPrefix("sc:") {
      let characters = Array(text.utf8.dropFirst(3))
      guard (1...4).contains(characters.count), characters.allSatisfy(Self.isAllowed) else { return nil }
      number = (characters + [0x20, 0x20, 0x20]).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    } else if text.lowercased().hasPrefix("sc=x") {
      number = Int(unsigned: "0x" + text.dropFirst(4), width: 4)
    } else if text.lowercased().hasPrefix("sc=") {
      number = Int(unsigned: String(text.dropFirst(3)), width: 4)
    } else {
      number = Int(unsigned: text, width: 4)
    }
    guard let number, number != Int(UInt32.max) else { return nil }
    rawValue = UInt32(number)
  }

  /// Whether a code can be written with this character.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 32, 42, 43, 45...57, 63...90, 95, 97...122: true
    default: false
    }
  }

  /// The code in network order.
  var bytes: [UInt8] { .storing(rawValue.bigEndian) }

  /// Codes separated by commas, since a listener may have several; nil for anything else.
  static func list(_ text: String) -> [DCCPServiceCode]? {
    let codes = text.split(separator: ",", omittingEmptySubsequences: false).map { DCCPServiceCode(String($0)) }
    return codes.contains(nil) || codes.count > 33 ? nil : codes.compactMap { $0 }
  }

  static func list(_ bytes: [UInt8]) -> [DCCPServiceCode] {
    stride(from: 0, through: bytes.count - 4, by: 4).map {
      DCCPServiceCode(rawValue: UInt32(bigEndian: bytes.load(UInt32.self, at: $0)))
    }
  }

  static func text(_ codes: [DCCPServiceCode]) -> String { codes.map(\.description).joined(separator: ",") }
}

extension DCCPServiceCode: CustomStringConvertible {
  /// `SC:fdpz`, or the number if it contains other bytes.
  public var description: String {
    let characters = (0..<4).map { UInt8(truncatingIfNeeded: rawValue >> (24 - 8 * $0)) }
    guard characters.allSatisfy(Self.isAllowed), characters[0] != 0x20 else { return String(rawValue) }
    return "SC:" + String(decoding: characters.reversed().drop { $0 == 0x20 }.reversed(), as: UTF8.self)
  }
}
