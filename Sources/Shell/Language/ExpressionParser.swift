/// Parses an expression within a line; the operators and their precedence are those of C.
struct ExpressionParser {
  private let tokens: [Token]
  /// The next token.
  private(set) var index: Int
  private var depth = 0

  /// How deep brackets may be nested.
  static let maximumDepth = 100

  /// Operators from the weakest to the strongest; those of one row are read from left to right.
  private static let precedence: [[Expression.Operator]] = [
    [.or], [.and], [.equal, .notEqual], [.less, .lessOrEqual, .greater, .greaterOrEqual, .contains], [.plus, .minus],
    [.times, .dividedBy, .modulo],
  ]

  init(_ tokens: [Token], at index: Int) {
    self.tokens = tokens
    self.index = index
  }

  /// The next token; the last one of a line is its end.
  private var token: Token { tokens[min(index, tokens.count - 1)] }

  /// Parses a whole expression.
  mutating func expression() throws(SyntaxError) -> Expression { try chain(0) }

  private mutating func chain(_ level: Int) throws(SyntaxError) -> Expression {
    guard level < Self.precedence.count else { return try operand() }
    let first = try chain(level + 1)
    var steps: [Expression.Step] = []
    while let operation = operation(among: Self.precedence[level]) {
      let position = token.position
      index += 1
      steps.append(Expression.Step(operation: operation, operand: try chain(level + 1), position: position))
    }
    return steps.isEmpty ? first : .chain(first, steps)
  }

  private func operation(among operations: [Expression.Operator]) -> Expression.Operator? {
    switch token.kind {
    case .symbol(let text): operations.first { $0.rawValue == text }
    case .argument(.word("contains")): operations.contains(.contains) ? .contains : nil
    default: nil
    }
  }

  /// Parses a value, or an expression in brackets.
  mutating func operand() throws(SyntaxError) -> Expression {
    let start = token
    guard depth < Self.maximumDepth else {
      throw SyntaxError(position: start.position, message: "more than \(Self.maximumDepth) brackets in one another")
    }
    depth += 1
    defer { depth -= 1 }
    switch start.kind {
    case .argument(let kind):
      index += 1
      return .value(Argument(kind: kind, position: start.position))
    case .symbol("-"):
      index += 1
      return .negated(try operand(), start.position)
    case .symbol("!"):
      index += 1
      return .not(try operand())
    case .symbol("("):
      index += 1
      let inner = try expression()
      try close(")", of: start)
      return inner
    case .symbol("["):
      index += 1
      var elements: [Expression] = []
      while token.kind != .symbol("]"), !isAtEnd {
        if token.kind == .symbol(",") { index += 1 } else { elements.append(try operand()) }
      }
      try close("]", of: start)
      return .list(elements)
    default:
      throw SyntaxError(position: start.position, message: "expected a value such as 5 or $n, found \(start.text)")
    }
  }

  private var isAtEnd: Bool {
    switch token.kind {
    case .end, .openBrace, .closeBrace: true
    default: false
    }
  }

  private mutating func close(_ bracket: String, of start: Token) throws(SyntaxError) {
    guard token.kind == .symbol(bracket) else {
      let found = isAtEnd ? "" : ": expected an operator or '\(bracket)', found \(token.text)"
      throw SyntaxError(
        position: isAtEnd ? start.position : token.position,
        message: isAtEnd ? "\(start.text) has no closing '\(bracket)'" : String(found.dropFirst(2)))
    }
    index += 1
  }
}
