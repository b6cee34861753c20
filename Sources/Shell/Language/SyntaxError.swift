/// A syntax error: where, and what was expected.
struct SyntaxError: Error, Hashable, Sendable {
  var position: Position
  var message: String
}

extension SyntaxError: CustomStringConvertible {
  /// `3:14: …`.
  var description: String { "\(position): \(message)" }
}
