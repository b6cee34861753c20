/// Expressions, where operators need no spaces around them: `$n+1`, `!$done`.
extension Lexer {
  /// Longer ones first.
  private static let symbols = [
    "==", "!=", "<=", ">=", "&&", "||", "(", ")", "[", "]", ",", "+", "-", "*", "/", "%", "<", ">", "!",
  ].map { Array($0.utf8) }

  /// The next token of an expression.
  mutating func part(_ start: Position) throws(SyntaxError) -> Token.Kind {
    if let value = try value(start) {
      expectsOperand = false
      return .argument(value)
    }
    if let symbol = Self.symbols.first(where: { bytes[index...].starts(with: $0) }) {
      index += symbol.count
      return .symbol(noting(String(decoding: symbol, as: UTF8.self)))
    }
    let word = operandWord()
    switch word {
    case "=": throw SyntaxError(position: start, message: "'=' keeps a result: to compare, write ==")
    case "&", "|": throw SyntaxError(position: start, message: "'\(word)' is no operator: write \(word)\(word)")
    default:
      expectsOperand = word == "contains" && !expectsOperand
      return .argument(.word(word))
    }
  }

  /// A value that is not a word.
  private mutating func value(_ start: Position) throws(SyntaxError) -> Argument.Kind? {
    let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: " ")
    switch bytes[index] {
    case UInt8(ascii: "$"):
      index += 1
      return try variable(start)
    case UInt8(ascii: "\""): return try argument(start)
    case UInt8(ascii: "x") where next == UInt8(ascii: "\""): return try argument(start)
    case UInt8(ascii: "<") where expectsOperand && !Self.isSpace(next) && next != UInt8(ascii: "="):
      return try argument(start)
    default: return nil
    }
  }

  /// Keeps count of the parentheses.
  private mutating func noting(_ symbol: String) -> String {
    if symbol == "(" { open += 1 }
    if symbol == ")" { open = max(0, open - 1) }
    expectsOperand = symbol != ")" && symbol != "]"
    return symbol
  }

  /// A number or a word, which ends at an operator: `MSG_PEEK|MSG_OOB` is one, `5-3` is not.
  private mutating func operandWord() -> String {
    let start = index
    while index < bytes.count, !Self.endsWord(bytes[index]), bytes[index] != UInt8(ascii: "="),
      bytes[index] != UInt8(ascii: "&"), bytes[index] != UInt8(ascii: "$"),
      !Self.symbols.contains(where: { bytes[index...].starts(with: $0) })
    {
      index += 1
    }
    if index == start { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }
}
