// Duration counts attoseconds; the kernel's options count seconds to microseconds.
extension Duration {
  static let microsecond: Int64 = 1_000_000_000_000

  /// Whole microseconds, up where it is not even: a wait never ends early.
  var inMicroseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let rest = attoseconds / Self.microsecond + (attoseconds % Self.microsecond > 0 ? 1 : 0)
    return overflow ? (seconds < 0 ? .min : .max) : whole.addingReportingOverflow(rest).partialValue
  }

  /// Whole numbers of a unit, up where it is not even.
  func count(of unit: SocketOption.TimeUnit) -> Int64 {
    let (quotient, rest) = inMicroseconds.quotientAndRemainder(dividingBy: unit.inMicroseconds)
    return rest > 0 ? quotient + 1 : quotient
  }

  /// `5 s`, `1.5 s`, `200 ms`.
  func text(in unit: SocketOption.TimeUnit) -> String {
    let all = inMicroseconds
    let (whole, rest) = all.magnitude.quotientAndRemainder(dividingBy: unit.inMicroseconds.magnitude)
    var text = (all < 0 ? "-" : "") + String(whole)
    if rest > 0 {
      let digits = String(rest + unit.inMicroseconds.magnitude).dropFirst()
      text += "." + String(digits.reversed().drop { $0 == "0" }.reversed())
    }
    return text + " " + unit.symbol
  }

  /// Time as users write it: `5`, `1.5s`, `200 ms`, `50us`, `2m`, `1h`; a bare number counts `unit`.
  init?(text: String, unit: SocketOption.TimeUnit) {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
    let suffix = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
    let microseconds: Int64
    switch suffix {
    case "": microseconds = unit.inMicroseconds
    case "us", "µs": microseconds = 1
    case "ms": microseconds = 1000
    case "s": microseconds = 1_000_000
    case "m", "min": microseconds = 60_000_000
    case "h": microseconds = 3_600_000_000
    default: return nil
    }
    let isNegative = number.hasPrefix("-")
    let parts = number.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), number.count - (isNegative ? 1 : 0) == parts.joined(separator: ".").count,
      let whole = Int64(parts[0].isEmpty && parts.count == 2 ? "0" : parts[0])
    else { return nil }
    var total = whole.multipliedReportingOverflow(by: microseconds)
    if parts.count == 2 {
      // Twelve digits of a fraction are more than a microsecond of an hour can show.
      guard !parts[1].isEmpty, let fraction = Double("0." + parts[1].prefix(12)) else { return nil }
      let rest = Int64((fraction * Double(microseconds)).rounded(.up))
      if !total.overflow { total = total.partialValue.addingReportingOverflow(rest) }
    }
    guard !total.overflow else { return nil }
    self = .microseconds(isNegative ? -total.partialValue : total.partialValue)
  }
}
