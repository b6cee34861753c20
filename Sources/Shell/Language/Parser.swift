import Sockets

/// Parses statements line by line: memory is bounded by the longest block, not by the script.
///
/// Pure and total: any bytes yield statements, an open block, or an error.
struct Parser: Sendable {
  /// An open block: its head, and its statements so far.
  private struct Block: Sendable {
    var head: Statement
    /// The block belongs to this alternative of the head, rather than to the head itself.
    var alternative: Statement.Alternative?
    var statements: [Statement] = []

    /// The head with the statements of this block.
    var closed: Statement {
      var head = head
      if var alternative {
        alternative.body = statements
        head.alternatives.append(alternative)
      } else {
        head.body = statements
      }
      return head
    }

    /// Whether `else` may follow.
    var takesElse: Bool { head.command == "if" && (alternative == nil || alternative?.condition != nil) }
  }
  private var open: [Block] = []
  private var line = 0

  /// A parser at the start of a script.
  init() {}

  /// Whether a block is open.
  var isInBlock: Bool { !open.isEmpty }

  /// How deep blocks may be nested.
  static let maximumDepth = 100

  /// Reads the next line.
  ///
  /// - Returns: the statements that it completes; none while a block is open.
  mutating func read(_ bytes: [UInt8]) throws(SyntaxError) -> [Statement] {
    line += 1
    var complete: [Statement] = []
    do throws(SyntaxError) {
      let tokens = try Lexer.tokens(of: bytes, line: line)
      var index = 0
      while index < tokens.count { try statement(tokens, &index, &complete) }
    } catch {
      open = []
      throw error
    }
    return complete
  }

  /// Checks the end of a script: an open block is an error.
  func finish() throws(SyntaxError) {
    guard let block = open.last else { return }
    throw SyntaxError(position: block.head.position, message: "'\(block.head.command)' has a '{' without its '}'")
  }

  /// Discards open blocks, when the user discards the line.
  mutating func reset() { open = [] }

  private mutating func add(_ statement: Statement, _ complete: inout [Statement]) {
    if open.isEmpty { complete.append(statement) } else { open[open.count - 1].statements.append(statement) }
  }

  /// Parses a statement, the start or the end of a block, or an empty line.
  private mutating func statement(
    _ tokens: [Token], _ index: inout Int, _ complete: inout [Statement]
  ) throws(SyntaxError) {
    var token = tokens[index]
    index += 1
    if token.kind == .end { return }
    if token.kind == .closeBrace { return try close(token, tokens, &index, &complete) }
    let targets = try targets(tokens, &index, &token)
    if !targets.isEmpty, token.beginsValue {
      return try assignment(to: targets, tokens, &index, token, &complete)
    }
    guard case .argument(.word(let command)) = token.kind else {
      throw SyntaxError(
        position: token.position, message: "expected a call such as socket or send, found \(token.text)")
    }
    var statement = Statement(targets: targets, command: command, arguments: [], position: token.position)
    try check(statement)
    if command == "if" || command == "while" {
      statement.arguments.append(try condition(tokens, &index))
      guard tokens[index].kind == .openBrace else {
        throw SyntaxError(
          position: tokens[index].position,
          message: "expected an operator such as == or a block { … }, found \(tokens[index].text)")
      }
    }
    while index < tokens.count {
      let token = tokens[index]
      switch token.kind {
      case .argument(let kind):
        statement.arguments.append(Argument(kind: kind, position: token.position))
        index += 1
      case .symbol: statement.arguments.append(try parenthesized(tokens, &index))
      case .openBrace:
        index += 1
        return try begin(Block(head: statement), token)
      case .equals:
        throw SyntaxError(
          position: token.position, message: "'=' can only follow names: NAME = CALL, or NAME NAME = CALL")
      case .closeBrace: return add(statement, &complete)
      case .end:
        index += 1
        return add(statement, &complete)
      }
    }
    add(statement, &complete)
  }

  private mutating func begin(_ block: Block, _ token: Token) throws(SyntaxError) {
    guard open.count < Self.maximumDepth else {
      throw SyntaxError(position: token.position, message: "more than \(Self.maximumDepth) blocks in one another")
    }
    open.append(block)
  }

  /// `}`, and `else` behind it.
  private mutating func close(
    _ brace: Token, _ tokens: [Token], _ index: inout Int, _ complete: inout [Statement]
  ) throws(SyntaxError) {
    guard let block = open.popLast() else {
      throw SyntaxError(position: brace.position, message: "'}' without a '{' before it")
    }
    guard block.takesElse, index < tokens.count, tokens[index].kind == .argument(.word("else")) else {
      return add(block.closed, &complete)
    }
    index += 1
    var alternative = Statement.Alternative()
    if tokens[index].kind == .argument(.word("if")) {
      index += 1
      alternative.condition = try condition(tokens, &index)
    }
    guard tokens[index].kind == .openBrace else {
      throw SyntaxError(
        position: tokens[index].position, message: "'else' needs a block: { … }, or if and a condition before it")
    }
    index += 1
    try begin(Block(head: block.closed, alternative: alternative), tokens[index - 1])
  }

  /// `NAME = 5`, which is the same as `set NAME (5)`.
  private mutating func assignment(
    to targets: [String], _ tokens: [Token], _ index: inout Int, _ token: Token, _ complete: inout [Statement]
  ) throws(SyntaxError) {
    guard targets.count == 1 else {
      throw SyntaxError(position: token.position, message: "one name takes a value: NAME = \(token.text)")
    }
    index -= 1
    let value = try condition(tokens, &index)
    guard tokens[index].endsStatement else {
      throw SyntaxError(
        position: tokens[index].position,
        message: "expected an operator such as + or the end, found \(tokens[index].text)")
    }
    add(
      Statement(
        targets: [], command: "set",
        arguments: [Argument(kind: .word(targets[0]), position: token.position), value], position: token.position),
      &complete)
  }

  /// The expression at the index.
  private func condition(_ tokens: [Token], _ index: inout Int) throws(SyntaxError) -> Argument {
    let position = tokens[index].position
    var parser = ExpressionParser(tokens, at: index)
    let expression = try parser.expression()
    index = parser.index
    return Argument(kind: .expression(expression), position: position)
  }

  /// `( … )` as an argument of a call.
  private func parenthesized(_ tokens: [Token], _ index: inout Int) throws(SyntaxError) -> Argument {
    guard tokens[index].kind == .symbol("(") else {
      throw SyntaxError(
        position: tokens[index].position, message: "expected an operator or a block, found \(tokens[index].text)")
    }
    let position = tokens[index].position
    var parser = ExpressionParser(tokens, at: index)
    let expression = try parser.operand()
    index = parser.index
    return Argument(kind: .expression(expression), position: position)
  }

  /// Checks that a statement stands where it may.
  private func check(_ statement: Statement) throws(SyntaxError) {
    switch statement.command {
    case "else":
      throw SyntaxError(
        position: statement.position, message: "'else' stands behind the block of an 'if', on one line: } else {")
    case "break", "continue":
      let around = open.last { ["while", "for", "repeat", "spawn", "fork"].contains($0.head.command) }?.head.command
      guard let around, around != "spawn", around != "fork" else {
        throw SyntaxError(
          position: statement.position,
          message: "'\(statement.command)' is not in a loop: while, for or repeat"
            + (around.map { " within the block of '\($0)'" } ?? ""))
      }
    default: break
    }
  }

  /// The names before `=`; `token` becomes the one after it.
  private func targets(
    _ tokens: [Token], _ index: inout Int, _ token: inout Token
  ) throws(SyntaxError) -> [String] {
    var names: [String] = []
    var ahead = index - 1
    while ahead < tokens.count, case .argument(.word(let word)) = tokens[ahead].kind {
      names.append(word)
      ahead += 1
    }
    guard ahead < tokens.count, tokens[ahead].kind == .equals, !names.isEmpty else { return [] }
    for (offset, name) in names.enumerated() where !Self.isName(name) {
      throw SyntaxError(
        position: tokens[index - 1 + offset].position,
        message: names.first == "assert"
          ? "'=' keeps a result: to compare, write =="
          : "'\(name)' cannot be a name: letters, digits and '_', a letter first")
    }
    for (offset, name) in names.enumerated() where Self.reserved.contains(name) {
      throw SyntaxError(
        position: tokens[index - 1 + offset].position, message: "$\(name) is set by every call: choose another name")
    }
    guard ahead + 1 < tokens.count else { return [] }
    token = tokens[ahead + 1]
    index = ahead + 2
    return names
  }

  /// Variables that every call sets.
  static let reserved = ["errno", "ms"]

  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !first.isDecimalDigit else { return false }
    return text.utf8.allSatisfy(Lexer.isOfName)
  }
}
