/// Where something stands in a script, from 1.
struct Position: Hashable, Sendable {
  var line: Int
  var column: Int
}

extension Position: CustomStringConvertible {
  /// `line:column`.
  var description: String { "\(line):\(column)" }
}

/// A word of a statement behind its command.
struct Argument: Hashable, Sendable {
  /// What was written.
  enum Kind: Hashable, Sendable {
    /// A word without quotes: a name, a number, an address, flags.
    case word(String)
    /// `"…"` or `x"…"`: the bytes that it stands for.
    case bytes([UInt8])
    /// `<FILE`: the bytes of a file.
    case file(String)
    /// `$name`, `$name.field`, `$?`.
    case variable(name: String, field: String?)
    /// `/…/`, behind `expect`.
    case pattern(String)
  }

  var kind: Kind
  var position: Position
}

/// One call or word of the shell, with what it was given.
struct Statement: Hashable, Sendable {
  /// The names that take the results: `p q = …`.
  var targets: [String]
  /// The call: `socket`.
  var command: String
  var arguments: [Argument]
  /// What stands between the braces: nil where there are none.
  var body: [Statement]?
  /// Of the command.
  var position: Position
}

/// A line that cannot be read: where, and what was expected.
struct SyntaxError: Error, Hashable, Sendable {
  var position: Position
  var message: String
}

extension SyntaxError: CustomStringConvertible {
  /// `3:14: …`.
  var description: String { "\(position): \(message)" }
}
