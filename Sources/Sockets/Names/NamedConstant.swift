/// A C constant that prints as its C name, or as a number if it has none.
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
    guard let value = Self.names.value(named: text) else { return nil }
    self.init(rawValue: value)
  }
}

extension Array where Element == (value: CInt, name: String) {
  /// The value of a C name, with or without its prefix, in any case; a number, decimal or `0x` hexadecimal, stands for
  /// itself.
  func value(named text: String) -> CInt? {
    let wanted = text.uppercased()
    let known = first { name in
      let name = name.name.uppercased()
      return name == wanted || name.drop(while: { $0 != "_" }).dropFirst() == wanted[...]
    }
    if let known { return known.value }
    let number = wanted.hasPrefix("0X") ? CInt(wanted.dropFirst(2), radix: 16) : CInt(wanted)
    return number.flatMap { $0 >= 0 ? $0 : nil }
  }
}
