/// A C constant that prints as its C name, or as a number if it has none.
///
/// Every typed constant of this library is one: families, types, protocols, levels.
public protocol NamedConstant: RawRepresentable, Hashable, Sendable, CustomStringConvertible where RawValue == CInt {
  init(rawValue: CInt)
  /// Each known value with its C name, in the order of the header.
  static var names: [(value: CInt, name: String)] { get }
  /// Further names that are read but never printed: `PF_INET` for `AF_INET`.
  static var aliases: [(value: CInt, name: String)] { get }
}

extension NamedConstant {
  public static var aliases: [(value: CInt, name: String)] { [] }

  /// The C name, or nil for a value without one.
  public var name: String? { Self.names.first { $0.value == rawValue }?.name }

  /// The C name, or the number.
  public var description: String { name ?? String(rawValue) }

  /// The constant with this C name, with or without its prefix, in any case: `AF_INET6`, `inet6`.
  ///
  /// A number, decimal or `0x` hexadecimal, stands for itself.
  public init?(named text: String) {
    guard let value = (Self.names + Self.aliases).value(named: text) else { return nil }
    self.init(rawValue: value)
  }

  /// The name that a mistyped one most likely stands for.
  public static func nearestName(to text: String) -> String? {
    NearestName.find(text, among: (names + aliases).flatMap { [$0.name, String($0.name.unprefixed)] })
  }
}

extension Array where Element == (value: CInt, name: String) {
  /// The value of a C name, with or without its prefix, in any case; a number, decimal or `0x` hexadecimal, stands for
  /// itself.
  func value(named text: String) -> CInt? {
    guard !text.isEmpty else { return nil }
    let wanted = text.uppercased()
    let known = first { name in
      let name = name.name.uppercased()
      return name == wanted || name.unprefixed == wanted[...]
    }
    return known?.value ?? ConstantNumber.parse(text).flatMap { CInt(exactly: $0) }
  }
}

extension String {
  /// A C name after its first underscore: `PEEK` of `MSG_PEEK`; empty if it has none.
  var unprefixed: Substring { drop { $0 != "_" }.dropFirst() }
}

/// The number that may stand for any C constant.
enum ConstantNumber {
  /// A decimal or `0x` hexadecimal number; nil for anything else, a sign included.
  static func parse(_ text: some StringProtocol) -> Int? {
    let isHexadecimal = text.lowercased().hasPrefix("0x")
    let digits = isHexadecimal ? text.dropFirst(2) : text[...]
    guard digits.first != "-", digits.first != "+" else { return nil }
    return Int(digits, radix: isHexadecimal ? 16 : 10)
  }
}
