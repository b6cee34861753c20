/// A position in a script; lines and columns count from 1.
struct Position: Hashable, Sendable {
  var line: Int
  var column: Int
}

extension Position: CustomStringConvertible {
  /// `line:column`.
  var description: String { "\(line):\(column)" }
}
