import Operations

/// A command line behind its verb, taken apart: words on one side, options on the other, and no value judged yet.
struct Line: Equatable {
  /// One option as it was given.
  struct Given: Equatable {
    let name: OptionName
    /// Nil for a flag.
    let value: String?
  }

  /// What is no option and no option's value, in order.
  var words: [String] = []
  /// The options, in order.
  var given: [Given] = []

  /// Whether the option was given.
  func has(_ name: OptionName) -> Bool { given.contains { $0.name == name } }

  /// The option's value; of several the last one counts.
  func value(_ name: OptionName) -> String? { given.last { $0.name == name }?.value }

  /// The values of an option that may be repeated.
  func values(_ name: OptionName) -> [String] {
    var values: [String] = []
    for option in given where option.name == name { values.append(option.value ?? "") }
    return values
  }
}

extension OperationError {
  /// A command line that cannot be carried out: names the argument, and says what to write.
  static func usage(_ message: String) -> OperationError { OperationError(.usage, message) }
}
