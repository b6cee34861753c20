import Glibc

extension SystemCallArgument {
  /// The descriptor, level, option and value of `getsockopt(2)` or `setsockopt(2)`, decoded by the catalogue.
  @inline(never)
  static func option(
    _ descriptor: CInt, _ level: OptionLevel, _ number: CInt, _ bytes: [UInt8]
  ) -> [SystemCallArgument] {
    let row = SocketOption.catalogue.first { $0.level == level && $0.number == number }
    return [
      .descriptor(descriptor), .named(level), .constant(Int(number), name: row?.name ?? "\(number)"),
      .optionValue(bytes, text: text(of: bytes, row)),
    ]
  }

  /// The same for an option whose value is an `int`.
  @inline(never)
  static func option(_ descriptor: CInt, _ level: CInt, _ number: CInt, _ value: CInt) -> [SystemCallArgument] {
    option(descriptor, OptionLevel(rawValue: level), number, .storing(value))
  }

  private static func text(of bytes: [UInt8], _ row: SocketOption?) -> String {
    guard let row else { return bytes.hexadecimal }
    let value = SocketOptionValue(bytes: bytes, kind: row.kind)
    if case .flag(let isOn) = value { return isOn ? "1" : "0" }
    return value.description
  }
}
