/// A decimal number, scaled without floating point: `0.1` of an hour is exactly six minutes.
struct DecimalNumber {
  let whole: Substring.UTF8View
  /// The digits after the decimal point; nil if there is no point.
  let fraction: Substring.UTF8View?

  /// Parses digits with at most one decimal point and at least one digit; nil for anything else.
  init?(_ text: Substring.UTF8View) {
    let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    whole = parts[0]
    fraction = parts.count > 1 ? parts[1] : nil
    guard whole.allSatisfy(\.isDecimalDigit), fraction?.allSatisfy(\.isDecimalDigit) ?? true,
      !whole.isEmpty || fraction?.isEmpty == false
    else { return nil }
  }

  /// The number times a scale, rounded up or down to an integer; nil if it does not fit in 64 bits.
  func scaled(by scale: Int64, _ rule: FloatingPointRoundingRule) -> Int64? {
    var result: Int64 = 0
    for digit in whole {
      let (tens, isTooLarge) = result.multipliedReportingOverflow(by: 10)
      let (sum, isTooLargeWithDigit) = tens.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
      if isTooLarge || isTooLargeWithDigit { return nil }
      result = sum
    }
    let (product, isTooLarge) = result.multipliedReportingOverflow(by: scale)
    let (sum, isTooLargeWithFraction) = product.addingReportingOverflow(scaledFraction(by: scale, rule))
    return isTooLarge || isTooLargeWithFraction ? nil : sum
  }

  /// Digits after the eighteenth are worth less than any unit, and matter only for rounding up.
  private func scaledFraction(by scale: Int64, _ rule: FloatingPointRoundingRule) -> Int64 {
    var digits = fraction.map(Array.init) ?? []
    let isCut = digits.dropFirst(18).contains { $0 != UInt8(ascii: "0") }
    digits = Array(digits.prefix(18))
    let (number, place) = digits.reduce(into: (Int64(0), Int64(1))) { sums, digit in
      sums = (sums.0 * 10 + Int64(digit - UInt8(ascii: "0")), sums.1 * 10)
    }
    let product = number.multipliedFullWidth(by: scale)
    let (quotient, rest) = place.dividingFullWidth(product)
    return quotient + (rule == .up && (rest > 0 || isCut) ? 1 : 0)
  }
}
