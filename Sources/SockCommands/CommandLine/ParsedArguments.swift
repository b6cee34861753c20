import Operations

/// The arguments after a verb, split into words and options. Values are not parsed yet.
struct ParsedArguments {
  /// The arguments that are neither options nor their values, in order.
  var words: [String] = []
  /// The options, in order.
  var uses: [OptionUse] = []

  /// Whether the option was given.
  func has(_ option: Option) -> Bool { uses.contains { $0.option === option } }

  /// The last use of an option, which overrides earlier ones.
  subscript(_ option: Option) -> OptionUse? { uses.last { $0.option === option } }

  /// The text of the last use.
  func text(_ option: Option) -> String? { self[option]?.text }

  /// Applies each option that was given to a request.
  func apply<Target: OptionTarget>(to target: inout Target) throws(OperationError) {
    for (index, use) in uses.enumerated() {
      let option = use.option
      if !option.repeats, uses[(index + 1)...].contains(where: { $0.option === option }) { continue }
      for case let setter? in option.effects.lazy.map(Target.setter) {
        do {
          try setter(&target, use)
        } catch let error as OperationError {
          throw error
        } catch {
          throw OperationError(.internalFault, "\(option): \(error)")
        }
      }
    }
  }

  /// Refuses options that cannot be combined, according to their rows.
  func checkExclusions() throws(OperationError) {
    for use in uses {
      for exclusion in use.option.exclusions {
        guard let other = uses.first(where: { exclusion.others.contains($0.option.name) })?.option else { continue }
        throw .usage(
          exclusion.reason.map { "\(use.option) and \(other) exclude each other: \($0)" }
            ?? "\(other) has no use with \(use.option)")
      }
    }
  }
}

extension OperationError {
  /// The error for an invalid command line. The message names the argument, and says what to write.
  static func usage(_ message: String) -> OperationError { OperationError(.usage, message) }
}
