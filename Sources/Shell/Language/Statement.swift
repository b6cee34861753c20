/// One call or word of the shell, with its arguments.
struct Statement: Hashable, Sendable {
  /// The variables that take the results: `p q = …`.
  var targets: [String]
  /// The name of the call: `socket`.
  var command: String
  var arguments: [Argument]
  /// The statements in braces; nil if there are none.
  var body: [Statement]?
  /// The position of the command.
  var position: Position
}
