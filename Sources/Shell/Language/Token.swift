/// A lexical token.
struct Token: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case argument(Argument.Kind)
    case equals
    case openBrace
    case closeBrace
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
    case .equals: "'='"
    case .openBrace: "'{'"
    case .closeBrace: "'}'"
    case .end: "the end of the line"
    }
  }
}
