import SocketLoop
import Sockets

/// Carries statements out, one after the other, and prints what they bring.
///
/// A side that `spawn` starts has an interpreter of its own, with the variables as they were.
@LoopActor
final class Interpreter {
  private var variables: [String: ShellValue] = [:]
  /// What the last call returned: `$?`.
  private(set) var lastResult = ShellValue.number(0)
  /// Why the last call failed; nil where it did not: `$errno`.
  private(set) var lastError: String?
  /// How long the last call took, in milliseconds: `$ms`.
  private var lastTime = 0
  /// `set -e`: a call that fails ends the session.
  var stopsAtErrors = false
  /// `set -q`: results are not printed.
  var isQuiet = false
  private(set) var sides: [Task<Void, any Error>] = []
  private var sideCount = 0
  private let prefix: String
  private let output: @Sendable (String) -> Void

  /// An interpreter without variables.
  ///
  /// - Parameter output: takes each line of results.
  nonisolated init(output: @escaping @Sendable (String) -> Void) {
    self.output = output
    prefix = ""
  }

  private init(side: String, of parent: Interpreter, variables: [String: ShellValue]) {
    output = parent.output
    prefix = side
    self.variables = variables
    stopsAtErrors = parent.stopsAtErrors
    isQuiet = parent.isQuiet
  }

  /// The names of the variables, in order.
  var names: [String] { variables.keys.sorted() }

  var socketNames: [String] { sockets.map(\.name) }

  var sockets: [(name: String, socket: ShellSocket)] {
    names.compactMap { name in
      guard case .socket(let socket)? = variables[name] else { return nil }
      return (name, socket)
    }
  }

  func value(of name: String) -> ShellValue? {
    switch name {
    case "?": lastResult
    case "errno": .text(lastError ?? "0")
    case "ms": .number(lastTime)
    default: variables[name]
    }
  }

  func assign(_ value: ShellValue, to name: String) { variables[name] = value }

  func print(_ text: String) { output(prefix + text) }

  // MARK: - Running

  /// Runs the statements; one that fails does not keep the next from running, except as `set -e` says.
  func run(_ statements: [Statement]) async throws(ShellEnding) {
    for statement in statements { try await run(statement) }
  }

  private func run(_ statement: Statement) async throws(ShellEnding) {
    if Task.isCancelled { throw .cancelled }
    let start = MonotonicTime.now
    do throws(CallFailure) {
      if let word = ShellWord.named(statement.command) {
        guard statement.targets.isEmpty else { throw misuse(statement, "'\(word.name)' gives nothing to keep") }
        try check(statement, word.signature, takesBody: word.takesBody)
        try await word.perform(Invocation(statement: statement, interpreter: self))
        return
      }
      guard let call = Call.named(statement.command) else { throw unknown(statement) }
      try check(statement, call.signature, takesBody: false)
      let returned = try await call.perform(Invocation(statement: statement, interpreter: self))
      lastTime = MonotonicTime.now.milliseconds(since: start)
      try keep(returned, statement)
      show(statement, returned.text)
    } catch {
      try failed(statement, error, since: start)
    }
  }

  private func keep(_ returned: Returned, _ statement: Statement) throws(CallFailure) {
    lastResult = returned.result
    lastError = nil
    guard statement.targets.count <= returned.values.count else {
      throw misuse(
        statement,
        "'\(statement.command)' gives \(returned.values.count) values, and \(statement.targets.count) names wait")
    }
    for (name, value) in zip(statement.targets, returned.values) { variables[name] = value }
  }

  private func failed(
    _ statement: Statement, _ failure: CallFailure, since start: MonotonicTime
  ) throws(ShellEnding) {
    lastTime = MonotonicTime.now.milliseconds(since: start)
    let text: String
    switch failure {
    case .misuse(let error): throw .misuse("\(error)")
    case .expectation(let position, let message): throw .failed("\(position): \(message)")
    case .cancelled: throw .cancelled
    case .ending(let ending): throw ending
    case .lookup(let name, let meaning):
      lastError = name
      text = "\(name) (\(meaning))"
    case .system(let error):
      lastError = error.number.name
      text = "\(error.number.name) (\(error.number.meaning))"
    }
    lastResult = .number(-1)
    for name in statement.targets { variables[name] = .number(-1) }
    show(statement, "-1 " + text)
    if stopsAtErrors { throw .failed("\(statement.position): \(statement.command) failed: \(text)") }
  }

  private func show(_ statement: Statement, _ text: String) {
    if isQuiet { return }
    // What did not have to wait takes less than that.
    let time = lastTime > 0 ? "  (\(lastTime) ms)" : ""
    print("\(statement.command) = \(text)\(time)")
  }

  // MARK: - Judging

  private func misuse(_ statement: Statement, _ message: String) -> CallFailure {
    .misuse(SyntaxError(position: statement.position, message: message))
  }

  private func check(_ statement: Statement, _ signature: Signature, takesBody: Bool) throws(CallFailure) {
    let count = statement.arguments.count
    if count < signature.range.lowerBound {
      throw misuse(
        statement,
        "'\(statement.command)' needs \(signature.missing(behind: count)): \(statement.command) \(signature.text)")
    }
    if count > signature.range.upperBound {
      let extra = statement.arguments[signature.range.upperBound]
      throw .misuse(
        SyntaxError(
          position: extra.position,
          message: signature.range.upperBound == 0
            ? "'\(statement.command)' takes nothing"
            : "one word too many: \(statement.command) \(signature.text)"))
    }
    if takesBody, statement.body == nil { throw misuse(statement, "'\(statement.command)' needs a block: { … }") }
    if !takesBody, statement.body != nil { throw misuse(statement, "'\(statement.command)' takes no block") }
  }

  private func unknown(_ statement: Statement) -> CallFailure {
    let names = Call.all.map(\.name) + ShellWord.all.map(\.name)
    let nearest = Nearest.name(to: statement.command, among: names)
    return misuse(
      statement, "no call '\(statement.command)': " + (nearest.map { "did you mean \($0)?" } ?? "'help' lists them"))
  }

  // MARK: - Sides

  /// Starts another side of the script, which runs while this one waits.
  func start(_ body: [Statement], variables change: (ShellValue) throws(CallFailure) -> ShellValue) throws(CallFailure)
  {
    var copies: [String: ShellValue] = [:]
    for (name, value) in variables { copies[name] = try change(value) }
    sideCount += 1
    let side = Interpreter(side: prefix + "[\(sideCount)] ", of: self, variables: copies)
    sides.append(
      Task(executorPreference: EventLoop.shared) {
        try await side.run(body)
        try await side.finish()
      })
  }

  /// Waits until the sides that it started have ended.
  func finish() async throws(ShellEnding) {
    while let side = sides.first {
      sides.removeFirst()
      let result = await withTaskCancellationHandler {
        await side.result
      } onCancel: {
        side.cancel()
      }
      guard case .failure(let error) = result else { continue }
      stopSides()
      throw error as? ShellEnding ?? .cancelled
    }
  }

  /// Ends the sides that are still running.
  func stopSides() {
    for side in sides { side.cancel() }
    sides = []
  }
}

extension MonotonicTime {
  fileprivate func milliseconds(since start: MonotonicTime) -> Int {
    let (seconds, attoseconds) = since(start).components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
