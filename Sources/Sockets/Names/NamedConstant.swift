/// A C constant that prints its C name, and passes through as a number where it has none.
///
/// Every typed constant of this library is one: families, types, protocols, levels.
public protocol NamedConstant: RawRepresentable, Hashable, Sendable, CustomStringConvertible where RawValue == CInt {
  init(rawValue: CInt)
  /// Each known value with its C name, in the order of the header.
  static var names: [(value: CInt, name: String)] { get }
}

extension NamedConstant {
  /// The C name, or nil for a value without one.
  public var name: String? { Self.names.first { $0.value == rawValue }?.name }

  /// The C name, or the number.
  public var description: String { name ?? String(rawValue) }

  /// The constant with this C name, with or without its prefix, in any case: `AF_INET6`, `inet6`.
  ///
  /// A number, decimal or `0x` hexadecimal, stands for itself.
  public init?(named text: String) {
    let wanted = text.uppercased()
    for (value, name) in Self.names where name == wanted || name.drop(while: { $0 != "_" }).dropFirst() == wanted[...] {
      self.init(rawValue: value)
      return
    }
    let number = wanted.hasPrefix("0X") ? CInt(wanted.dropFirst(2), radix: 16) : CInt(wanted)
    guard let number, number >= 0 else { return nil }
    self.init(rawValue: number)
  }
}
