/// A value to compute: `$n + 1`, `$errno == EINTR && $tries < 3`, `[$a $b]`.
///
/// Chains are flat, so that the depth of the tree is that of its brackets, which the parser bounds.
indirect enum Expression: Hashable, Sendable {
  /// An operator between two operands.
  enum Operator: String, Hashable, Sendable {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contains
    case plus = "+"
    case minus = "-"
    case times = "*"
    case dividedBy = "/"
    case modulo = "%"
  }

  /// An operator and the operand to the right of it.
  struct Step: Hashable, Sendable {
    var operation: Operator
    var operand: Expression
    var position: Position
  }

  /// A value as in the arguments of a call.
  case value(Argument)
  /// `[…]`
  case list([Expression])
  /// `- …`
  case negated(Expression, Position)
  /// `! …`
  case not(Expression)
  /// Operators of one precedence, from left to right.
  case chain(Expression, [Step])
}
