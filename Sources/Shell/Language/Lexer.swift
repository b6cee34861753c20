import Sockets

/// Splits a line into tokens.
///
/// Pure and total: any bytes yield tokens or one error.
struct Lexer {
  // What is not private is for expressions, in Lexer+Expressions.swift.
  let bytes: [UInt8]
  private let line: Int
  var index = 0
  /// Whether the current statement is an `expect`: only there is `/…/` a pattern rather than a path.
  private var takesPattern = false
  private var isFirst = true
  /// Whether operators and numbers are read, rather than words: after `=`, `if` and `while`, up to the end or a block.
  private var computes = false
  /// How many parentheses are open; within them operators are read as well.
  var open = 0
  /// Whether a value follows, rather than an operator.
  var expectsOperand = true

  private init(_ bytes: [UInt8], line: Int) {
    self.bytes = bytes
    self.line = line
  }

  /// The tokens of one line; the last one is its end.
  static func tokens(of bytes: [UInt8], line: Int) throws(SyntaxError) -> [Token] {
    var lexer = Lexer(bytes, line: line)
    var tokens: [Token] = []
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end, lexer.index >= bytes.count { return tokens }
    }
  }

  private var position: Position { Position(line: line, column: index + 1) }

  private func failure(_ message: String, at position: Position) -> SyntaxError {
    SyntaxError(position: position, message: message)
  }

  private mutating func next() throws(SyntaxError) -> Token {
    while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
    let start = position
    guard index < bytes.count, bytes[index] != UInt8(ascii: "#") else {
      index = bytes.count
      return Token(kind: .end, position: start)
    }
    if let kind = boundary() {
      index += 1
      (isFirst, takesPattern, computes, open) = (true, false, false, 0)
      return Token(kind: kind, position: start)
    }
    if computes || open > 0 { return Token(kind: try part(start), position: start) }
    switch bytes[index] {
    case UInt8(ascii: "=") where index + 1 >= bytes.count || Self.isSpace(bytes[index + 1]):
      index += 1
      isFirst = true
      // After it comes a call, which has a name, or a value.
      beginExpression(if: !isAtName)
      return Token(kind: .equals, position: start)
    case UInt8(ascii: "("):
      beginExpression(if: false)
      return Token(kind: try part(start), position: start)
    default: break
    }
    let kind = try argument(start)
    if isFirst, case .word(let word) = kind {
      takesPattern = word == "expect"
      beginExpression(if: word == "if" || word == "while")
      // `else if`
      if word == "else" { return Token(kind: .argument(kind), position: start) }
    }
    isFirst = false
    return Token(kind: .argument(kind), position: start)
  }

  /// The end of a statement, or of its first part.
  private func boundary() -> Token.Kind? {
    switch bytes[index] {
    case UInt8(ascii: ";"): .end
    case UInt8(ascii: "{"): .openBrace
    case UInt8(ascii: "}"): .closeBrace
    default: nil
    }
  }

  private mutating func beginExpression(if computes: Bool) { (self.computes, expectsOperand) = (computes, true) }

  /// Whether a word that begins with a letter comes next; `x"0a"` is a value.
  private var isAtName: Bool {
    var next = index
    while next < bytes.count, Self.isSpace(bytes[next]) { next += 1 }
    guard next < bytes.count, Self.isOfName(bytes[next]), Self.digit(bytes[next]) ?? 10 > 9 else { return false }
    return !(bytes[next] == UInt8(ascii: "x") && next + 1 < bytes.count && bytes[next + 1] == UInt8(ascii: "\""))
  }

  mutating func argument(_ start: Position) throws(SyntaxError) -> Argument.Kind {
    switch bytes[index] {
    case UInt8(ascii: "\""):
      index += 1
      return .bytes(try string(start))
    case UInt8(ascii: "x") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\""):
      index += 2
      return .bytes(try hexadecimal(start))
    case UInt8(ascii: "$"):
      let first = index
      index += 1
      let variable = try variable(start)
      guard index < bytes.count, !Self.endsWord(bytes[index]) else { return variable }
      // `$host:80`
      index = first
      return .word(word())
    case UInt8(ascii: "<"):
      // `<` and `<=` are operators of `assert`; a file name follows its `<` without a space.
      guard index + 1 < bytes.count, !Self.isSpace(bytes[index + 1]), bytes[index + 1] != UInt8(ascii: "=") else {
        return .word(word())
      }
      index += 1
      if bytes[index] == UInt8(ascii: "\"") {
        index += 1
        return .file(String(decoding: try string(start), as: UTF8.self))
      }
      return .file(word())
    case UInt8(ascii: "/") where takesPattern:
      index += 1
      return .pattern(try pattern(start))
    default:
      return .word(word())
    }
  }

  private mutating func word() -> String {
    let start = index
    while index < bytes.count, !Self.endsWord(bytes[index]) { index += 1 }
    // Never empty: bytes that end a word are handled above, except for a stray quote.
    if index == start { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// `$name.field`: letters, digits and underscores; `$?` is the last result.
  mutating func variable(_ start: Position) throws(SyntaxError) -> Argument.Kind {
    if index < bytes.count, bytes[index] == UInt8(ascii: "?") {
      index += 1
      return .variable(name: "?", field: nil)
    }
    let name = name()
    guard !name.isEmpty else { throw failure("a name has to follow '$'", at: start) }
    guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return .variable(name: name, field: nil) }
    index += 1
    let field = self.name()
    guard !field.isEmpty else { throw failure("a field has to follow '$\(name).', such as port", at: start) }
    return .variable(name: name, field: field)
  }

  private mutating func name() -> String {
    let start = index
    while index < bytes.count, Self.isOfName(bytes[index]) { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// A quoted string, with C's escapes.
  private mutating func string(_ start: Position) throws(SyntaxError) -> [UInt8] {
    var result: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      let place = position
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return result
      case UInt8(ascii: "\\"): result.append(try escape(place))
      default: result.append(byte)
      }
    }
    throw failure("the string that begins here has no closing '\"'", at: start)
  }

  private mutating func escape(_ place: Position) throws(SyntaxError) -> UInt8 {
    guard index < bytes.count else { throw failure("an escape has to follow '\\'", at: place) }
    let letter = bytes[index]
    index += 1
    switch letter {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "a"): return 7
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "f"): return 12
    case UInt8(ascii: "v"): return 11
    case UInt8(ascii: "e"): return 27
    case UInt8(ascii: "0"): return 0
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "$"): return letter
    case UInt8(ascii: "x"):
      guard index + 1 < bytes.count, let high = Self.digit(bytes[index]), let low = Self.digit(bytes[index + 1]) else {
        throw failure("two hexadecimal digits must follow '\\x'", at: place)
      }
      index += 2
      return high << 4 | low
    default:
      throw failure(
        "'\\\(Character(UnicodeScalar(letter)))' is no escape: there are \\n \\r \\t \\0 \\e \\a \\b \\f \\v \\xHH \\\\ \\\"",
        at: place)
    }
  }

  /// `x"0a ff"`: pairs of hexadecimal digits, with optional spaces between them.
  private mutating func hexadecimal(_ start: Position) throws(SyntaxError) -> [UInt8] {
    var result: [UInt8] = []
    var high: UInt8?
    while index < bytes.count {
      let byte = bytes[index]
      let place = position
      index += 1
      if byte == UInt8(ascii: "\"") {
        guard high == nil else { throw failure("a byte has two hexadecimal digits: one is missing here", at: place) }
        return result
      }
      if Self.isSpace(byte), high == nil { continue }
      guard let digit = Self.digit(byte) else {
        throw failure("'\(Character(UnicodeScalar(byte)))' is no hexadecimal digit", at: place)
      }
      if let first = high {
        result.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    throw failure("the bytes that begin here have no closing '\"'", at: start)
  }

  /// `/…/`: a slash inside is written `\/`; everything else belongs to the pattern.
  private mutating func pattern(_ start: Position) throws(SyntaxError) -> String {
    var result: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "/") { return String(decoding: result, as: UTF8.self) }
      if byte == UInt8(ascii: "\\"), index < bytes.count, bytes[index] == UInt8(ascii: "/") {
        index += 1
        result.append(UInt8(ascii: "/"))
      } else {
        result.append(byte)
      }
    }
    throw failure("the pattern that begins here has no closing '/'", at: start)
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  static func endsWord(_ byte: UInt8) -> Bool {
    isSpace(byte) || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
      || byte == UInt8(ascii: "\"")
  }

  static func isOfName(_ byte: UInt8) -> Bool { byte.isAlphanumeric || byte == UInt8(ascii: "_") }

  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
