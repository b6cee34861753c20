import SocketLoop
import Sockets

/// Computing values.
@LoopActor
extension Invocation {
  func value(of expression: Expression) throws(CallFailure) -> ShellValue {
    switch expression {
    case .value(let argument): return try operand(argument)
    case .list(let elements):
      var values: [ShellValue] = []
      for element in elements { values.append(try value(of: element)) }
      return .list(values)
    case .negated(let operand, let position):
      let value = try value(of: operand)
      guard let number = value.integer, number != .min else { throw notNumbers("-", [value], position) }
      return .number(-number)
    case .not(let operand): return ShellValue(try value(of: operand).isTrue == false)
    case .chain(let first, let steps):
      var value = try value(of: first)
      for step in steps { value = try apply(step, to: value) }
      return value
    }
  }

  /// A word stands for itself, but where a variable has that name, its `$` was forgotten.
  private func operand(_ argument: Argument) throws(CallFailure) -> ShellValue {
    guard case .word(let word) = argument.kind, interpreter.value(of: word) != nil else {
      return try value(of: argument)
    }
    throw misuse("'\(word)' is a variable: write $\(word)", at: argument.position)
  }

  private func apply(_ step: Expression.Step, to left: ShellValue) throws(CallFailure) -> ShellValue {
    // As in C, the right side is not computed where the left one decides.
    if step.operation == .and, !left.isTrue { return ShellValue(false) }
    if step.operation == .or, left.isTrue { return ShellValue(true) }
    let right = try value(of: step.operand)
    switch step.operation {
    case .and, .or: return ShellValue(right.isTrue)
    case .plus:
      if let sum = left.joined(with: right) { return sum }
    case .minus:
      if let rest = left.without(right) { return rest }
    case .times, .dividedBy, .modulo: break
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .contains:
      return ShellValue(try holds(left, step.operation, right, at: step.position))
    }
    return .number(try calculate(left, step, right))
  }

  private func calculate(
    _ left: ShellValue, _ step: Expression.Step, _ right: ShellValue
  ) throws(CallFailure) -> Int {
    guard let first = left.operand, let second = right.operand else {
      throw notNumbers(step.operation.rawValue, [left, right], step.position)
    }
    let (result, overflows): (Int, Bool)
    switch step.operation {
    case .plus: (result, overflows) = first.addingReportingOverflow(second)
    case .minus: (result, overflows) = first.subtractingReportingOverflow(second)
    case .times: (result, overflows) = first.multipliedReportingOverflow(by: second)
    case .modulo: (result, overflows) = first.remainderReportingOverflow(dividingBy: second)
    default: (result, overflows) = first.dividedReportingOverflow(by: second)
    }
    guard !overflows else {
      let cause = second == 0 ? "division by zero" : "the result is too large"
      throw misuse("\(first) \(step.operation.rawValue) \(second): \(cause)", at: step.position)
    }
    return result
  }

  /// Whether a comparison holds.
  func holds(
    _ left: ShellValue, _ operation: Expression.Operator, _ right: ShellValue, at position: Position
  ) throws(CallFailure) -> Bool {
    switch operation {
    case .equal: return left.equals(right)
    case .notEqual: return !left.equals(right)
    case .contains: return left.contains(right)
    default:
      guard let first = left.operand, let second = right.operand else {
        throw misuse(
          "'\(operation.rawValue)' compares numbers: '\(left.plain)' and '\(right.plain)' are not both", at: position)
      }
      switch operation {
      case .less: return first < second
      case .lessOrEqual: return first <= second
      case .greater: return first > second
      default: return first >= second
      }
    }
  }

  private func notNumbers(_ operation: String, _ values: [ShellValue], _ position: Position) -> CallFailure {
    let wrong = values.first { $0.operand == nil } ?? .number(0)
    return misuse("'\(operation)' takes numbers, but '\(wrong.plain)' is \(wrong.kindName)", at: position)
  }
}

extension ShellValue {
  /// The number that an operator takes: a number, or the value of a C constant such as `SOMAXCONN`.
  @LoopActor fileprivate var operand: Int? {
    if case .text(let word) = self, word.contains(where: \.isUppercase) { return Constants.value(named: word) }
    return integer
  }
}
