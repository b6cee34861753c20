import Operations
import Sockets

// The values of options, judged: each error names the option and says what to write.
extension Line {
  /// A time limit: nil where the option was not given.
  func duration(_ name: OptionName) throws(OperationError) -> Duration? {
    guard let text = value(name) else { return nil }
    do throws(QuantityError) { return try Duration(parsing: text) } catch { throw .usage("\(name) \(error)") }
  }

  /// A whole number.
  func number(_ name: OptionName, in range: ClosedRange<Int>) throws(OperationError) -> Int? {
    guard let text = value(name) else { return nil }
    guard let number = try? Int(parsingSize: text), range.contains(number) else {
      let bounds =
        range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
      throw .usage("\(name) '\(text)' is not a number from the range \(bounds)")
    }
    return number
  }

  /// One of a few words.
  func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ name: OptionName, of type: Choice.Type
  ) throws(OperationError) -> Choice? {
    guard let text = value(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      throw .usage("\(name) '\(text)' is not one of \(type.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  /// `--mode`: permission bits in octal.
  func mode() throws(OperationError) -> UInt32? {
    guard let text = value(.mode) else { return nil }
    guard let mode = UInt32(text, radix: 8), mode <= 0o777, !text.hasPrefix("+") else {
      throw .usage("--mode '\(text)' is not a mode: write permission bits in octal, 000 to 777 (such as 600)")
    }
    return mode
  }

  /// A file to write.
  func file(_ name: OptionName) throws(OperationError) -> String? {
    guard let path = value(name) else { return nil }
    guard !path.isEmpty else { throw .usage("\(name) needs the name of a file") }
    guard ArgumentText.isPlain(path) else { throw .usage("\(name): the name of the file has to be UTF-8") }
    return path
  }

  /// Refuses options that cannot go together.
  func exclude(_ first: OptionName, _ second: OptionName, _ advice: String) throws(OperationError) {
    if has(first), has(second) { throw .usage("\(first) and \(second) exclude each other: \(advice)") }
  }
}
