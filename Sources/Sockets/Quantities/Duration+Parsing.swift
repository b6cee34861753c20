extension Duration {
  /// Parses a duration as users write it: `5`, `1.5`, `20us`, `300ms`, `2m`, `1h`.
  ///
  /// This is the only grammar for durations: command-line options, the shell and the catalogue of socket options use
  /// it.
  ///
  /// - The number is decimal, without a sign or an exponent; `.5` and `5.` are accepted.
  /// - The unit is `ns`, `us` (or `µs`), `ms`, `s`, `m` (or `min`) or `h`, in upper or lower case. A space before it is
  ///   allowed, so that the output of ``SocketOptionValue`` (`1.5 s`) can be parsed.
  /// - The range is 0 to 292 years. A fraction of a nanosecond is rounded up, so that no timeout expires early.
  ///
  /// - Parameters:
  ///   - text: the duration.
  ///   - unit: the unit of a number without one.
  public init(parsing text: String, unit: SocketOption.TimeUnit = .seconds) throws(QuantityError) {
    let number = text.utf8.prefix { $0.isDecimalDigit || $0 == UInt8(ascii: ".") }
    let suffix = text[number.endIndex...].drop { $0 == " " }.lowercased()
    guard let scale = suffix.isEmpty ? unit.inMicroseconds * 1000 : Self.nanoseconds(per: suffix),
      let decimal = DecimalNumber(number)
    else { throw .notATime(text, unit: unit) }
    guard let nanoseconds = decimal.scaled(by: scale, .up) else { throw .timeTooLong(text) }
    self = .nanoseconds(nanoseconds)
  }

  private static func nanoseconds(per unit: String) -> Int64? {
    switch unit {
    case "ns": 1
    case "us", "\u{b5}s", "\u{3bc}s": 1_000
    case "ms": 1_000_000
    case "s": 1_000_000_000
    case "m", "min": 60_000_000_000
    case "h": 3_600_000_000_000
    default: nil
    }
  }
}
