import Testing

@testable import Shell

@Suite struct ParserTests {
  /// A line's statements, written out: `targets = command argument …`.
  private func read(_ lines: String...) throws -> [String] {
    var parser = Parser()
    var statements: [Statement] = []
    for line in lines { statements += try parser.read(Array(line.utf8)) }
    return statements.map(Self.text)
  }

  private static func text(_ statement: Statement) -> String {
    var words = statement.targets.isEmpty ? [] : statement.targets + ["="]
    words.append(statement.command)
    words += statement.arguments.map { argument in
      switch argument.kind {
      case .word(let word): word
      case .bytes(let bytes): "\(bytes)"
      case .file(let path): "<" + path
      case .variable(let name, let field): "$" + name + (field.map { "." + $0 } ?? "")
      case .pattern(let pattern): "/\(pattern)/"
      case .expression(let expression): ExpressionText.of(expression)
      }
    }
    if let body = statement.body { words.append("{" + body.map(text).joined(separator: "; ") + "}") }
    for alternative in statement.alternatives {
      let condition = alternative.condition.map { argument -> String in
        guard case .expression(let expression) = argument.kind else { return "?" }
        return "if " + ExpressionText.of(expression) + " "
      }
      words.append("else \(condition ?? ""){" + alternative.body.map(text).joined(separator: "; ") + "}")
    }
    return words.joined(separator: " ")
  }

  @Test(arguments: [
    ("s = socket inet stream tcp", "s = socket inet stream tcp"),
    ("  p q = socketpair unix stream # two", "p q = socketpair unix stream"),
    ("send c \"a\\r\\n\\x41\\\"\" MSG_MORE", "send c [97, 13, 10, 65, 34] MSG_MORE"),
    ("send c x\"0a ff\"", "send c [10, 255]"),
    ("send c \"\"", "send c []"),
    ("send c <data.bin", "send c <data.bin"),
    ("connect c [::1]:80", "connect c [::1]:80"),
    ("connect c 127.0.0.1:$s.port", "connect c 127.0.0.1:$s.port"),
    ("sendto s \"\" 0 $a", "sendto s [] 0 $a"),
    ("print $s.port $?", "print $s.port $?"),
    ("assert $? == 5", "assert $? == 5"),
    ("assert $x <= 5", "assert $x <= 5"),
    ("expect c /a b\\/c/ 50ms", "expect c /a b/c/ 50ms"),
    ("bind s /tmp/x", "bind s /tmp/x"),
    ("poll c:in s:in 500ms", "poll c:in s:in 500ms"),
    ("repeat 3 { send c \"x\"; recv c 1 }", "repeat 3 {send c [120]; recv c 1}"),
    ("recv c 100 MSG_PEEK|MSG_DONTWAIT", "recv c 100 MSG_PEEK|MSG_DONTWAIT"),
  ])
  func lines(_ line: String, _ expected: String) throws {
    #expect(try read(line) == [expected])
  }

  @Test(arguments: [
    ("n = 5", "set n 5"), ("n = -5", "set n (-5)"), ("n = $n + 1", "set n ($n + 1)"),
    ("n = $n+1*2", "set n ($n + (1 * 2))"),
    ("n = ($a - 1) % 3", "set n (($a - 1) % 3)"), ("l = [$a, $b 3 -4]", "set l [$a $b 3 (-4)]"), ("l = []", "set l []"),
    ("d = x\"00\"", "set d [0]"), ("d = <file", "set d <file"), ("s = xsocket inet", "s = xsocket inet"),
    ("recv c ($n - 1)", "recv c ($n - 1)"), ("print (1)(2) x", "print 1 2 x"),
    ("connect c $host:80", "connect c $host:80"),
    ("if $a==1 && !$b || $c contains \"x\" { print y }", "if ((($a == 1) && !$b) || ($c contains [120])) {print y}"),
    ("if 1 { a } else { b }", "if 1 {a} else {b}"),
    ("if 1 { a } else if 2 { b } else if 3 { c } else { d }", "if 1 {a} else if 2 {b} else if 3 {c} else {d}"),
    ("while $n <= MSG_PEEK|MSG_OOB { break; continue }", "while ($n <= MSG_PEEK|MSG_OOB) {break; continue}"),
    ("for c in $clients ([1 2]) { close $c }", "for c in $clients [1 2] {close $c}"),
    ("x = 127.0.0.1:80", "set x 127.0.0.1:80"), ("assert ($a < 3)", "assert ($a < 3)"),
    ("n = 1 - -1", "set n (1 - (-1))"), ("n = 1 < 2 # less", "set n (1 < 2)"),
  ])
  func expressions(_ line: String, _ expected: String) throws {
    #expect(try read(line) == [expected])
  }

  @Test func `else stands behind the brace, over lines too`() throws {
    #expect(
      try read("if $a {", "  print a", "} else if $b {", "  print b", "} else {", "  print c", "}")
        == ["if $a {print a} else if $b {print b} else {print c}"])
  }

  @Test(arguments: [
    ("n = 1 +", "1:8: expected a value such as 5 or $n, found the end of the line"),
    ("n = (1", "1:5: '(' has no closing ')'"), ("n = 1 2", "1:7: expected an operator such as + or the end, found '2'"),
    ("l = [1", "1:5: '[' has no closing ']'"), ("a b = 5", "1:7: one name takes a value: NAME = '5'"),
    ("else { }", "1:1: 'else' stands behind the block of an 'if', on one line: } else {"),
    ("if 1 { } else { } else { }", "1:19: 'else' stands behind the block of an 'if', on one line: } else {"),
    ("if 1 { } else print b", "1:15: 'else' needs a block: { … }, or if and a condition before it"),
    ("if 1 print x", "1:6: expected an operator such as == or a block { … }, found 'print'"),
    ("if 1 = 1 { }", "1:6: '=' keeps a result: to compare, write =="),
    ("if 1 & 1 { }", "1:6: '&' is no operator: write &&"),
    ("break", "1:1: 'break' is not in a loop: while, for or repeat"),
    (
      "while 1 { spawn { continue } }",
      "1:19: 'continue' is not in a loop: while, for or repeat within the block of 'spawn'"
    ),
    ("n = \(String(repeating: "(", count: 200))", "1:105: more than 100 brackets in one another"),
    ("n = \(String(repeating: "-", count: 200))1", "1:105: more than 100 brackets in one another"),
  ])
  func mistakesInExpressions(_ line: String, _ message: String) throws {
    do throws(SyntaxError) {
      var parser = Parser()
      _ = try parser.read(Array(line.utf8))
      Issue.record("no error")
    } catch {
      #expect("\(error)" == message)
    }
  }

  @Test func `empty lines and comments are nothing`() throws {
    #expect(try read("", "   ", "# comment", "#!/usr/bin/env -S sock shell", ";;") == [])
  }

  @Test func `a block goes over lines, and may hold another`() throws {
    #expect(
      try read("spawn {", "  a = accept s", "  repeat 2 {", "    recv a 1", "  }", "}")
        == ["spawn {a = accept s; repeat 2 {recv a 1}}"])
  }

  @Test(arguments: [
    ("send c \"abc", "1:8: the string that begins here has no closing '\"'"),
    ("send c \"\\q\"", "1:9: '\\q' is no escape: there are \\n \\r \\t \\0 \\e \\a \\b \\f \\v \\xHH \\\\ \\\""),
    ("send c x\"0g\"", "1:11: 'g' is no hexadecimal digit"),
    ("send c x\"012\"", "1:13: a byte has two hexadecimal digits: one is missing here"),
    ("expect c /abc", "1:10: the pattern that begins here has no closing '/'"),
    ("}", "1:1: '}' without a '{' before it"),
    ("s =", "1:4: expected a call such as socket or send, found the end of the line"),
    ("1s = socket", "1:1: '1s' cannot be a name: letters, digits and '_', a letter first"),
    ("\"abc\"", "1:1: expected a call such as socket or send, found a string"),
    ("print $", "1:7: a name has to follow '$'"),
    ("print $s.", "1:7: a field has to follow '$s.', such as port"),
  ])
  func mistakes(_ line: String, _ message: String) {
    var parser = Parser()
    do throws(SyntaxError) {
      _ = try parser.read(Array(line.utf8))
      Issue.record("\(line) was read")
    } catch {
      #expect("\(error)" == message)
    }
  }

  @Test func `an open block is an error at the end, named by its line`() throws {
    var parser = Parser()
    #expect(try parser.read(Array("repeat 3 {".utf8)) == [])
    #expect(parser.isInBlock)
    #expect(throws: SyntaxError(position: Position(line: 1, column: 1), message: "'repeat' has a '{' without its '}'"))
    {
      try parser.finish()
    }
  }

  @Test func `any bytes are read or refused, and never more`() {
    var generator = SplitMix(seed: 20_261_124)
    let pieces = [
      "send", "expect", " ", "c", "\"", "x\"", "\\", "/", "{", "}", ";", "=", "$", "$s.port", "<", "#", "0a", "|",
      "\u{e9}",
      "\0", "\t", "repeat 3 {", "MSG_PEEK",
    ].map { Array($0.utf8) }
    var parser = Parser()
    for _ in 0..<50_000 {
      var line: [UInt8] = []
      for _ in 0..<Int(generator.next() % 12) {
        let piece = generator.next()
        line += piece % 5 == 0 ? [UInt8(truncatingIfNeeded: piece >> 8)] : pieces[Int(piece >> 8) % pieces.count]
      }
      do throws(SyntaxError) {
        for statement in try parser.read(line) { #expect(!statement.command.isEmpty) }
      } catch {
        #expect(error.position.column >= 1 && !error.message.isEmpty)
      }
    }
  }
}

/// Numbers that are the same in every run.
struct SplitMix {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}

/// An expression with every parenthesis written out.
private enum ExpressionText {
  static func of(_ expression: Expression) -> String {
    switch expression {
    case .value(let argument): of(argument.kind)
    case .list(let elements): "[" + elements.map(of).joined(separator: " ") + "]"
    case .negated(let operand, _): "(-" + of(operand) + ")"
    case .not(let operand): "!" + of(operand)
    case .chain(let first, let steps):
      steps.reduce(of(first)) { "(\($0) \($1.operation.rawValue) \(of($1.operand)))" }
    }
  }

  private static func of(_ kind: Argument.Kind) -> String {
    switch kind {
    case .word(let word): word
    case .bytes(let bytes): "\(bytes)"
    case .file(let path): "<" + path
    case .variable(let name, let field): "$" + name + (field.map { "." + $0 } ?? "")
    case .pattern(let pattern): "/\(pattern)/"
    case .expression(let expression): of(expression)
    }
  }
}
