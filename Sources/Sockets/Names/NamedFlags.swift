/// A set of C flags that prints as their C names joined by `|`.
public protocol NamedFlags: OptionSet, Hashable, Sendable, CustomStringConvertible
where RawValue: FixedWidthInteger & Sendable, Element == Self {
  init(rawValue: RawValue)
  /// Each flag with its C name.
  static var names: [(value: Self, name: String)] { get }
}

extension NamedFlags {
  /// The C names joined by `|`, bits without a name as a hexadecimal number, `0` for none.
  public var description: String {
    var rest = self
    var parts: [String] = []
    // Two names may share a bit: the first is printed.
    for (flag, name) in Self.names where rest.contains(flag) {
      parts.append(name)
      rest.subtract(flag)
    }
    if rest.rawValue != 0 {
      parts.append("0x" + String(RawValue.Magnitude(truncatingIfNeeded: rest.rawValue), radix: 16))
    }
    return parts.isEmpty ? "0" : parts.joined(separator: "|")
  }

  /// Parses C names, with or without their prefix, in any case, or numbers, joined by `|`: `MSG_PEEK|dontwait`, `0x42`.
  public init(named text: String) throws(UnknownConstant) {
    var bits: RawValue = 0
    for part in text.split(separator: "|", omittingEmptySubsequences: false) {
      let word = part.filter { $0 != " " }
      bits |= try Self.bits(of: word)
    }
    self.init(rawValue: bits)
  }

  private static func bits(of word: String) throws(UnknownConstant) -> RawValue {
    let wanted = word.uppercased()
    if let known = names.first(where: { $0.name == wanted || $0.name.unprefixed == wanted[...] }) {
      return known.value.rawValue
    }
    // Any bit may be set, the sign bit of an int too.
    if let number = ConstantNumber.parse(word), let bits = RawValue.Magnitude(exactly: number) {
      return RawValue(truncatingIfNeeded: bits)
    }
    throw UnknownConstant(
      word: word, nearest: NearestName.find(wanted, among: names.flatMap { [$0.name, String($0.name.unprefixed)] }))
  }
}

/// A word that is no C name of its kind.
public struct UnknownConstant: Error, Hashable, Sendable {
  /// The word.
  public let word: String
  /// The name that it most likely stands for.
  public let nearest: String?

  /// A word, and what is near it.
  public init(word: String, nearest: String?) {
    self.word = word
    self.nearest = nearest
  }
}
