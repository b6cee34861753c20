import Sockets

/// A lexical token.
struct Token: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case argument(Argument.Kind)
    case equals
    case openBrace
    case closeBrace
    /// An operator or a bracket of an expression.
    case symbol(String)
    /// The end of a line, or `;`.
    case end
  }
  var kind: Kind
  var position: Position

  /// How error messages show it.
  var text: String {
    switch kind {
    case .argument(.word(let word)): "'\(word)'"
    case .argument(.bytes): "a string"
    case .argument(.file(let name)): "'<\(name)'"
    case .argument(.variable(let name, let field)): "'$\(name)\(field.map { "." + $0 } ?? "")'"
    case .argument(.pattern): "a pattern"
    case .argument(.expression): "an expression"
    case .symbol(let symbol): "'\(symbol)'"
    case .equals: "'='"
    case .openBrace: "'{'"
    case .closeBrace: "'}'"
    case .end: "the end of the line"
    }
  }

  /// Whether it is a word that can name a call, rather than a value.
  private var isName: Bool {
    guard case .argument(.word(let word)) = kind, let first = word.utf8.first else { return false }
    return Lexer.isOfName(first) && !first.isDecimalDigit
  }

  /// Whether it begins a value that `=` keeps.
  var beginsValue: Bool {
    switch kind {
    case .argument: !isName
    case .symbol: true
    case .equals, .openBrace, .closeBrace, .end: false
    }
  }

  /// Whether nothing follows in the statement.
  var endsStatement: Bool {
    switch kind {
    case .end, .closeBrace: true
    default: false
    }
  }
}
