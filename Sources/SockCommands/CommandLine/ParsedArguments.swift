import Operations

/// The arguments after a verb: words on one side, options on the other, no value read yet.
struct ParsedArguments {
  /// The arguments that are neither options nor values of options, in order.
  var words: [String] = []
  /// The options, in order.
  var uses: [OptionUse] = []

  /// Whether the option was given.
  func has(_ option: Option) -> Bool { uses.contains { $0.option === option } }

  /// The last use of an option: of several, that one counts.
  subscript(_ option: Option) -> OptionUse? { uses.last { $0.option === option } }

  /// The text of the last use.
  func text(_ option: Option) -> String? { self[option]?.text }

  /// Has each option that was given make its changes to a request.
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

  /// Refuses options that cannot be combined, as their rows have it.
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
  /// A command line that cannot be carried out: names the argument, and says what to write.
  static func usage(_ message: String) -> OperationError { OperationError(.usage, message) }
}
