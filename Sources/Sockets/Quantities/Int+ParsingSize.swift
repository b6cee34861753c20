extension Int {
  /// Parses a size or a count as users write it: `4096`, `64k`, `1.5M`, `500KiB`, `2GiB`.
  ///
  /// This is the only grammar for sizes: command-line options, the shell and the catalogue of socket options use it.
  ///
  /// - The number is decimal, without a sign or an exponent.
  /// - The unit is `k`, `M`, `G` or `T` in upper or lower case: powers of 1024, never of 1000. `B` or `iB` may follow
  ///   it.
  /// - A fraction requires a unit, and digits on both sides of the point. Fractions of a byte are dropped.
  public init(parsingSize text: String) throws(QuantityError) {
    let number = text.utf8.prefix { $0.isDecimalDigit || $0 == UInt8(ascii: ".") }
    guard let scale = Self.bytes(per: text[number.endIndex...].lowercased()), let decimal = DecimalNumber(number),
      decimal.fraction.map({ !$0.isEmpty && !decimal.whole.isEmpty && scale > 1 }) ?? true
    else { throw .notASize(text) }
    guard let bytes = decimal.scaled(by: scale, .down) else { throw .sizeTooLarge(text) }
    self = Int(bytes)
  }

  private static func bytes(per unit: String) -> Int64? {
    switch unit {
    case "": 1
    case "k", "kb", "kib": 1 << 10
    case "m", "mb", "mib": 1 << 20
    case "g", "gb", "gib": 1 << 30
    case "t", "tb", "tib": 1 << 40
    default: nil
    }
  }
}
