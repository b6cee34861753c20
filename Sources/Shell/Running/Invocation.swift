import SocketLoop
import Sockets

/// A call with its arguments, which it reads as the types that it takes.
///
/// Errors name the position of the argument, and what to write.
@LoopActor
struct Invocation {
  let statement: Statement
  let interpreter: Interpreter

  var count: Int { statement.arguments.count }
  var position: Position { statement.position }

  func misuse(_ message: String, at index: Int? = nil) -> CallFailure {
    misuse(message, at: index.map { statement.arguments[$0].position } ?? statement.position)
  }

  func misuse(_ message: String, at position: Position) -> CallFailure {
    .misuse(SyntaxError(position: position, message: message))
  }

  /// The value of an argument; a bare word stands for itself.
  func value(_ index: Int) throws(CallFailure) -> ShellValue { try value(of: statement.arguments[index]) }

  func value(of argument: Argument) throws(CallFailure) -> ShellValue {
    switch argument.kind {
    case .word(let word): return .text(try expanded(word, argument.position))
    case .bytes(let bytes): return .bytes(bytes)
    case .pattern(let pattern): return .text(pattern)
    case .file(let path): return .bytes(try contents(of: path, at: argument.position))
    case .variable(let name, let field): return try variable(name, field, argument.position)
    case .expression(let expression): return try value(of: expression)
    }
  }

  private func variable(_ name: String, _ field: String?, _ position: Position) throws(CallFailure) -> ShellValue {
    guard let value = interpreter.value(of: name) else {
      let names = interpreter.names
      let known = names.isEmpty ? "none is set" : "there are \(names.joined(separator: ", "))"
      throw misuse("no variable $\(name): \(known)", at: position)
    }
    guard let field else { return value }
    guard let part = value.field(field) else {
      let fields = value.fieldNames
      throw misuse(
        "$\(name) is \(value.kindName) without a field '\(field)'"
          + (fields.isEmpty ? "" : ": it may have \(fields.joined(separator: ", "))"), at: position)
    }
    return part
  }

  /// Expands `$name` and `$name.field` in a word: `127.0.0.1:$s.port`.
  private func expanded(_ word: String, _ position: Position) throws(CallFailure) -> String {
    guard word.utf8.contains(UInt8(ascii: "$")) else { return word }
    var result = ""
    var rest = word[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[dollar...]
      result += try leadingVariable(&rest, of: word, position).plain
    }
    return result + rest
  }

  /// The values of `$name` or `$name.field` alone: of a list all its elements.
  func values(of word: String, at position: Position) throws(CallFailure) -> [ShellValue]? {
    guard word.hasPrefix("$") else { return nil }
    var rest = word[...]
    let value = try leadingVariable(&rest, of: word, position)
    guard rest.isEmpty else { return nil }
    if case .list(let values) = value { return values }
    return [value]
  }

  /// Takes `$name` or `$name.field` from the beginning of a word.
  private func leadingVariable(
    _ word: inout Substring, of whole: String, _ position: Position
  ) throws(CallFailure) -> ShellValue {
    word = word.dropFirst()
    func takeName() -> String {
      let name = word.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" }
      word = word[name.endIndex...]
      return String(name)
    }
    var name = takeName()
    if name.isEmpty, word.first == "?" {
      name = "?"
      word = word.dropFirst()
    }
    guard !name.isEmpty else { throw misuse("a name has to follow '$' in '\(whole)'", at: position) }
    guard word.first == "." else { return try variable(name, nil, position) }
    word = word.dropFirst()
    return try variable(name, takeName(), position)
  }

  /// A bare word, or a variable as text.
  func word(_ index: Int) throws(CallFailure) -> String { try value(index).plain }

  func socket(_ index: Int) throws(CallFailure) -> ShellSocket {
    if case .word(let name) = statement.arguments[index].kind, let value = interpreter.value(of: name) {
      if case .socket(let socket) = value { return socket }
      throw misuse("'\(name)' is \(value.kindName), but a socket is expected", at: index)
    }
    let value = try value(index)
    if case .socket(let socket) = value { return socket }
    let sockets = interpreter.socketNames
    throw misuse(
      "'\(value.plain)' is no socket: "
        + (sockets.isEmpty
          ? "make one first: s = socket inet stream tcp" : "there are \(sockets.joined(separator: ", "))"),
      at: index)
  }

  /// Bytes to send.
  func data(_ index: Int) throws(CallFailure) -> [UInt8] {
    switch try value(index) {
    case .bytes(let bytes): return bytes
    case .text(let word):
      if case .word = statement.arguments[index].kind {
        throw misuse("'\(word)' is no data: write \"\(word)\", x\"0a ff\", <FILE or $NAME", at: index)
      }
      return Array(word.utf8)
    case let other: return Array(other.plain.utf8)
    }
  }

  /// A whole number, `0x` and hexadecimal digits, a size such as `64k`, or a C name: `SOMAXCONN`.
  func number(_ index: Int, in range: ClosedRange<Int>) throws(CallFailure) -> Int {
    let value = try value(index)
    var number = value.integer
    if number == nil, case .text(let text) = value { number = Constants.value(named: text) }
    guard let number, range.contains(number) else {
      throw misuse(
        "'\(value.plain)' is not a number from the range \(range.lowerBound) to \(range.upperBound)", at: index)
    }
    return number
  }

  /// A time such as `500ms`; a bare number counts seconds.
  func duration(_ index: Int) throws(CallFailure) -> Duration {
    let text = try word(index)
    do throws(QuantityError) {
      return try Duration(parsing: text)
    } catch {
      throw misuse("\(error)", at: index)
    }
  }
}

extension String {
  /// A C name after its first underscore: `PEEK` of `MSG_PEEK`.
  var unprefixed: String {
    guard let underscore = firstIndex(of: "_") else { return self }
    return String(self[index(after: underscore)...])
  }
}
