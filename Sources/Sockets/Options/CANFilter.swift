/// A filter of CAN frames in candump(1)'s notation: `123:7FF` matches identifiers equal to 123 under the mask, and
/// `123~7FF` all others.
struct CANFilter: Hashable {
  /// `can_id`: with the flags of linux/can.h.
  let identifier: UInt32
  let mask: UInt32

  private static let isInverted: UInt32 = 0x2000_0000
  private static let isExtended: UInt32 = 0x8000_0000

  /// `struct can_filter`.
  var bytes: [UInt8] { .storing(identifier) + .storing(mask) }

  /// Filters separated by commas; `none` for an empty list, which receives nothing. Nil for anything else.
  static func list(_ text: String) -> [CANFilter]? {
    if text.lowercased() == "none" { return [] }
    let filters = text.split(separator: ",", omittingEmptySubsequences: false).map { CANFilter(String($0)) }
    return filters.contains(nil) || filters.count > 512 ? nil : filters.compactMap { $0 }
  }

  static func list(_ bytes: [UInt8]) -> [CANFilter] {
    stride(from: 0, through: bytes.count - 8, by: 8).map {
      CANFilter(identifier: bytes.load(UInt32.self, at: $0), mask: bytes.load(UInt32.self, at: $0 + 4))
    }
  }

  static func text(_ filters: [CANFilter]) -> String {
    filters.isEmpty ? "none" : filters.map(\.description).joined(separator: ",")
  }

  init(identifier: UInt32, mask: UInt32) {
    self.identifier = identifier
    self.mask = mask
  }

  /// Eight digits make an extended identifier.
  private init?(_ text: String) {
    guard let separator = text.firstIndex(where: { $0 == ":" || $0 == "~" }) else { return nil }
    let (id, mask) = (text[..<separator], text[text.index(after: separator)...])
    guard (1...8).contains(id.count), (1...8).contains(mask.count), let number = Int(unsigned: "0x" + id, width: 4),
      let bits = Int(unsigned: "0x" + mask, width: 4)
    else { return nil }
    identifier =
      UInt32(number) | (id.count == 8 ? Self.isExtended : 0) | (text[separator] == "~" ? Self.isInverted : 0)
    self.mask = UInt32(bits)
  }
}

extension CANFilter: CustomStringConvertible {
  var description: String {
    func digits(_ number: UInt32, _ count: Int) -> String {
      let text = String(number, radix: 16, uppercase: true)
      return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
    let plain = identifier & ~(Self.isInverted | Self.isExtended)
    let id = identifier & Self.isExtended == 0 ? digits(plain, 3) : digits(plain, 8)
    return id + (identifier & Self.isInverted == 0 ? ":" : "~") + digits(mask, 3)
  }
}
