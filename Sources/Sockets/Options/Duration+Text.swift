// Duration counts attoseconds; the kernel's options count seconds to microseconds.
extension Duration {
  static let microsecond: Int64 = 1_000_000_000_000

  /// Whole microseconds, rounded up: a wait never ends early.
  var inMicroseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let rest = attoseconds / Self.microsecond + (attoseconds % Self.microsecond > 0 ? 1 : 0)
    return overflow ? (seconds < 0 ? .min : .max) : whole.addingReportingOverflow(rest).partialValue
  }

  /// The number of units, rounded up.
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
}
