import Operations
import Sockets

// Values of options, parsed by type. Each error names the option and says what to write.
extension OptionUse {
  /// A duration.
  func duration() throws(OperationError) -> Duration {
    do throws(QuantityError) { return try Duration(parsing: text ?? "") } catch { throw .usage("\(self) \(error)") }
  }

  /// A time limit, or nil for 0, which means none.
  func limit() throws(OperationError) -> Duration? {
    let limit = try duration()
    return limit > .zero ? limit : nil
  }

  /// A whole number, or a size with a unit.
  ///
  /// - Parameter usual: the number if the option has no value.
  func number(in range: ClosedRange<Int>, or usual: Int? = nil) throws(OperationError) -> Int {
    if text == nil, let usual { return usual }
    guard let text, let number = try? Int(parsingSize: text), range.contains(number) else {
      let bounds =
        range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
      throw .usage("\(self) '\(text ?? "")' is not a number from the range \(bounds)")
    }
    return number
  }

  /// A share of all, as a number from 0 to 1 or in percent.
  func share() throws(OperationError) -> Double {
    let written = text ?? ""
    let isPercent = written.hasSuffix("%")
    guard let number = Double(isPercent ? String(written.dropLast()) : written), number >= 0,
      number <= (isPercent ? 100 : 1)
    else { throw .usage("\(self) '\(written)' is not a share: write a number from 0 to 1, such as 1e-6, or 1%") }
    return isPercent ? number / 100 : number
  }

  /// One of a few keywords.
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

  /// How often to try again; nil for as long as it takes.
  func retries() throws(OperationError) -> Int? {
    if text == "forever" { return nil }
    guard let text, let number = try? Int(parsingSize: text), number >= 0 else {
      throw .usage("\(self) '\(text ?? "")' is not a number of times: write 5, or forever")
    }
    return number
  }

  /// Any bytes, but at least one.
  func bytes() throws(OperationError) -> [UInt8] {
    guard let text, !text.isEmpty else { throw .usage("\(self) needs a text of at least one byte") }
    return ArgumentText.bytes(text)
  }

  /// Any text, but not an empty one.
  func word(_ what: String) throws(OperationError) -> String {
    guard let text, !text.isEmpty else { throw .usage("\(self) needs \(what)") }
    return text
  }

  /// The name of a file to write to.
  func file() throws(OperationError) -> String {
    guard let text, !text.isEmpty else { throw .usage("\(self) needs the name of a file") }
    guard ArgumentText.isPlain(text) else { throw .usage("\(self): the name of the file must be UTF-8") }
    return text
  }
}
