import Operations
import Sockets

// The value of an option, read as what it stands for: each error names the option and says what to write.
extension OptionUse {
  /// A time.
  func duration() throws(OperationError) -> Duration {
    guard let text, let duration = Duration(limit: text) else {
      throw .usage(
        "\(self) '\(text ?? "")' is not a time: write seconds, or a number with ms, s, m or h (1.5, 300ms, 2m)")
    }
    return duration
  }

  /// A time limit, where 0 stands for none.
  func limit() throws(OperationError) -> Duration? {
    let limit = try duration()
    return limit > .zero ? limit : nil
  }

  /// A whole number, or a size with a unit.
  ///
  /// - Parameter usual: what the option means without a value.
  func number(in range: ClosedRange<Int>, or usual: Int? = nil) throws(OperationError) -> Int {
    if text == nil, let usual { return usual }
    guard let text, let number = Int(counting: text), range.contains(number) else {
      let bounds =
        range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
      throw .usage("\(self) '\(text ?? "")' is not a number from the range \(bounds)")
    }
    return number
  }

  /// One of a few words.
  func choice<Choice: CaseIterable & RawRepresentable<String>>(
    of type: Choice.Type
  ) throws(OperationError) -> Choice {
    guard let text, let choice = Choice(rawValue: text) else {
      throw .usage("\(self) '\(text ?? "")' is not one of \(type.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  /// Permission bits in octal.
  func mode() throws(OperationError) -> UInt32 {
    guard let text, let mode = UInt32(text, radix: 8), mode <= 0o777, !text.hasPrefix("+") else {
      throw .usage(
        "\(self) '\(text ?? "")' is not a mode: write permission bits in octal, 000 to 777 (such as 600)")
    }
    return mode
  }

  /// The name of a file to write.
  func file() throws(OperationError) -> String {
    guard let text, !text.isEmpty else { throw .usage("\(self) needs the name of a file") }
    guard ArgumentText.isPlain(text) else { throw .usage("\(self): the name of the file has to be UTF-8") }
    return text
  }
}

extension Duration {
  /// A time as users write it, never negative: `5`, `1.5`, `300ms`, `2m`, `1h`; bare numbers are seconds.
  init?(limit text: String) {
    let nanosecondsPerUnit: [(suffix: String, nanoseconds: Int64)] = [
      ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]
    let unit = nanosecondsPerUnit.first { text.hasSuffix($0.suffix) }
    var scale = unit?.nanoseconds ?? 1_000_000_000
    let digits = text.utf8.dropLast(unit?.suffix.utf8.count ?? 0)

    var total: Int64 = 0
    var sawDigit = false
    var isFraction = false
    var isCut = false
    for byte in digits {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        sawDigit = true
        let digit = Int64(byte - UInt8(ascii: "0"))
        if isFraction {
          let part = (digit * scale).quotientAndRemainder(dividingBy: 10)
          total += part.quotient
          isCut = isCut || part.remainder > 0 || (scale == 0 && digit > 0)
          scale /= 10
        } else {
          let (tens, tooMany) = total.multipliedReportingOverflow(by: 10)
          let (sum, tooLarge) = tens.addingReportingOverflow(digit)
          // 292 years of nanoseconds fit.
          guard !tooMany, !tooLarge, sum <= Int64.max / scale - 1 else { return nil }
          total = sum
        }
      case UInt8(ascii: ".") where !isFraction:
        isFraction = true
        total *= scale
      default: return nil
      }
    }
    guard sawDigit else { return nil }
    // Up where digits are below a nanosecond: a limit never ends early.
    self = .nanoseconds((isFraction ? total : total * scale) + (isCut ? 1 : 0))
  }
}

extension Int {
  /// A whole number, or one with a unit of 1024 and its powers, in any case, behind which `B` or `iB` may stand: `64k`,
  /// `1.5M`, `500KiB`. What is below one is cut off.
  init?(counting text: String) {
    var digits = text.lowercased()[...]
    let unit = ["ib", "b", ""].first { digits.hasSuffix($0) } ?? ""
    digits.removeLast(unit.utf8.count)
    let powers: [Character] = ["k", "m", "g", "t"]
    let power = digits.last.flatMap { powers.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
    if power > 0 { digits.removeLast() } else if !unit.isEmpty { return nil }
    let parts = digits.split(separator: ".", maxSplits: power > 0 ? 1 : 0, omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) }),
      let number = Int(parts[0])
    else { return nil }
    let scale = 1 << (10 * power)
    let (value, overflow) = number.multipliedReportingOverflow(by: scale)
    let fraction = parts.count > 1 ? Int((Double("0." + parts[1]) ?? 0) * Double(scale)) : 0
    let (sum, overflow2) = value.addingReportingOverflow(fraction)
    if overflow || overflow2 { return nil }
    self = sum
  }
}
