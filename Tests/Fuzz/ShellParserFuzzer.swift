// Built by scripts/fuzz together with Sources/Shell/Language, which needs nothing but the standard library.

/// Reads what libFuzzer makes up as a script: every line is read or refused, and what comes of it is sound.
///
/// A trap is a finding, and so is an input that takes longer or more memory than scripts/fuzz allows.
@_cdecl("LLVMFuzzerTestOneInput")
public func readAsScript(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let script = UnsafeBufferPointer(start: start, count: count)
  var parser = Parser()
  var number = 0
  for line in script.split(separator: 10, omittingEmptySubsequences: false) {
    number += 1
    do throws(SyntaxError) {
      for statement in try parser.read(Array(line)) { check(statement, lastLine: number) }
    } catch {
      precondition(error.position.line == number, "the error is in another line")
      precondition((1...line.count + 1).contains(error.position.column), "the error is outside its line")
      precondition(!error.message.isEmpty, "the error says nothing")
      precondition(!parser.isInBlock, "a line that was refused leaves a block open")
    }
  }
  let wasInBlock = parser.isInBlock
  do throws(SyntaxError) {
    try parser.finish()
    precondition(!wasInBlock, "an open block is no error at the end")
  } catch {
    precondition(wasInBlock, "an error at the end without an open block")
  }
  return 0
}

private func check(_ statement: Statement, lastLine: Int) {
  precondition(!statement.command.isEmpty, "a statement without a command")
  precondition(statement.targets.allSatisfy(Parser.isName), "a target that is no name")
  check([statement.position] + statement.arguments.map(\.position), lastLine)
  for argument in statement.arguments { check(argument, lastLine: lastLine) }
  for inner in statement.body ?? [] { check(inner, lastLine: lastLine) }
  for alternative in statement.alternatives {
    if let condition = alternative.condition { check(condition, lastLine: lastLine) }
    for inner in alternative.body { check(inner, lastLine: lastLine) }
  }
}

private func check(_ argument: Argument, lastLine: Int) {
  check([argument.position], lastLine)
  if case .expression(let expression) = argument.kind { check(expression, lastLine: lastLine) }
}

private func check(_ expression: Expression, lastLine: Int) {
  switch expression {
  case .value(let argument): check(argument, lastLine: lastLine)
  case .list(let elements): for element in elements { check(element, lastLine: lastLine) }
  case .negated(let operand, let position):
    check([position], lastLine)
    check(operand, lastLine: lastLine)
  case .not(let operand): check(operand, lastLine: lastLine)
  case .chain(let first, let steps):
    precondition(!steps.isEmpty, "a chain without an operator")
    check(first, lastLine: lastLine)
    check(steps.map(\.position), lastLine)
    for step in steps { check(step.operand, lastLine: lastLine) }
  }
}

private func check(_ positions: [Position], _ lastLine: Int) {
  for position in positions {
    precondition((1...lastLine).contains(position.line) && position.column >= 1, "a position outside the script")
  }
}
