/// An argument of a statement.
struct Argument: Hashable, Sendable {
  /// The form in which it is written.
  indirect enum Kind: Hashable, Sendable {
    /// A bare word: a name, a number, an address, flags.
    case word(String)
    /// `"…"` or `x"…"`, decoded.
    case bytes([UInt8])
    /// `<FILE`: the contents of a file.
    case file(String)
    /// `$name`, `$name.field`, `$?`.
    case variable(name: String, field: String?)
    /// `/…/`, an argument of `expect`.
    case pattern(String)
    /// `( … )`, and where a value is computed: after `=`, `if` and `while`.
    case expression(Expression)
  }

  var kind: Kind
  var position: Position
}
