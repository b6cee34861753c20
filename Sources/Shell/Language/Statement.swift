/// One call or word of the shell, with its arguments.
struct Statement: Hashable, Sendable {
  /// What follows `else`.
  struct Alternative: Hashable, Sendable {
    /// The condition of `else if`; nil for a plain `else`.
    var condition: Argument?
    var body: [Statement] = []
  }

  /// The variables that take the results: `p q = …`.
  var targets: [String]
  /// The name of the call: `socket`.
  var command: String
  var arguments: [Argument]
  /// The statements in braces; nil if there are none.
  var body: [Statement]?
  /// The alternatives of an `if`, in order.
  var alternatives: [Alternative] = []
  /// The position of the command.
  var position: Position
}
