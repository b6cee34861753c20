import SocketLoop
import Sockets

/// Runs statements one after another, and prints their results.
///
/// A job that `spawn` starts has its own interpreter, with a copy of the variables.
@LoopActor
final class Interpreter {
  private(set) var variables: [String: ShellValue] = [:]
  /// What the last call returned: `$?`.
  private(set) var lastResult = ShellValue.number(0)
  /// Why the last call failed; nil if it succeeded: `$errno`.
  private(set) var lastError: String?
  /// The duration of the last call in milliseconds: `$ms`.
  private var lastTime = 0
  /// `set -e`: a failed call ends the session.
  var stopsAtErrors = false
  /// `set -q`: results are not printed.
  var isQuiet = false
  /// `break` or `continue`, on the way to its loop.
  var jump: Jump?
  /// How deep `source` is nested, and may be.
  private var depth = 0
  private static let maximumDepth = 20
  /// The jobs that it started, in order: those that are running, and those that are to be told of.
  var jobs: [Job] = []
  var jobCount = 0
  /// Resumed when a job ends.
  let jobEnd = Suspension()
  let prefix: String
  let output: SessionOutput
  /// Failures of jobs, wherever in the session they were started.
  let jobFailures: JobFailures

  /// An interpreter without variables.
  nonisolated init(_ output: SessionOutput) {
    self.output = output
    prefix = ""
    jobFailures = JobFailures()
  }

  init(job: String, of parent: Interpreter, variables: [String: ShellValue]) {
    output = parent.output
    jobFailures = parent.jobFailures
    prefix = job
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

  /// The variables, for completion.
  var completionVariables: [Completion.Variable] {
    names.compactMap { name in
      guard let value = variables[name] else { return nil }
      var variable = Completion.Variable(name: name, fields: value.fieldNames)
      if case .socket(let socket) = value { (variable.isSocket, variable.facts) = (true, socket.facts) }
      return variable
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

  func print(_ text: String) { print(ShellLine(.text, body: text)) }

  private func print(_ line: ShellLine) {
    var line = line
    line.job = prefix
    output.show(line)
  }

  // MARK: - Running

  /// What leaves a loop's block before its end.
  enum Jump { case `break`, `continue` }

  func takeJump() -> Jump? {
    defer { jump = nil }
    return jump
  }

  /// Runs the statements; a failed call does not stop them, unless `set -e` is on.
  func run(_ statements: [Statement]) async throws(ShellEnding) {
    for statement in statements {
      try await run(statement)
      await output.drain()
      if jump != nil { return }
    }
  }

  /// Runs the lines of a file: `source`.
  ///
  /// - Parameter path: its name in messages.
  func run(script: [UInt8], _ path: String) async throws(ShellEnding) {
    guard depth < Self.maximumDepth else {
      throw .misuse("\(path): more than \(Self.maximumDepth) files in one another")
    }
    depth += 1
    defer { depth -= 1 }
    var parser = Parser()
    do throws(ShellEnding) {
      for line in script.split(separator: 0x0a, omittingEmptySubsequences: false) {
        let statements: [Statement]
        do throws(SyntaxError) { statements = try parser.read(Array(line)) } catch { throw .misuse("\(error)") }
        try await run(statements)
      }
      do throws(SyntaxError) { try parser.finish() } catch { throw .misuse("\(error)") }
    } catch {
      switch error {
      case .misuse(let message): throw .misuse("\(path):\(message)")
      case .failed(let message): throw .failed("\(path):\(message)")
      case .exit, .cancelled: throw error
      }
    }
  }

  private func run(_ statement: Statement) async throws(ShellEnding) {
    if Task.isCancelled {
      if output.isInteractive { print(ShellLine(.failure, body: "interrupted")) }
      throw .cancelled
    }
    let start = MonotonicTime.now
    do throws(CallFailure) {
      if let word = ShellWord.named(statement.command) {
        try check(statement, word.signature, takesBody: word.takesBody)
        guard let returned = try await word.perform(try await invocation(of: statement)) else {
          guard statement.targets.isEmpty else { throw misuse(statement, "'\(word.name)' gives nothing to keep") }
          return
        }
        lastTime = MonotonicTime.now.milliseconds(since: start)
        try keep(returned, statement)
        if !returned.text.isEmpty { show(statement, returned.text) }
        return
      }
      guard let call = Call.named(statement.command) else { throw unknown(statement) }
      try check(statement, call.signature, takesBody: false)
      let returned = try await perform(call, try await invocation(of: statement))
      lastTime = MonotonicTime.now.milliseconds(since: start)
      try keep(returned, statement)
      show(statement, returned.text)
    } catch {
      try failed(statement, error, since: start)
    }
  }

  private func perform(_ call: Call, _ invocation: Invocation) async throws(CallFailure) -> CallResult {
    output.tracing.callBegins()
    defer { output.tracing.callEnds() }
    return try await call.perform(invocation)
  }

  private func invocation(of statement: Statement) async throws(CallFailure) -> Invocation {
    try await Invocation(statement: statement, interpreter: self).loadingFiles()
  }

  private func keep(_ returned: CallResult, _ statement: Statement) throws(CallFailure) {
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
    case .cancelled:
      interrupted(statement)
      throw .cancelled
    case .ending(let ending): throw ending
    case .lookup(let name, let meaning):
      lastError = name
      text = "\(name) (\(meaning))"
    case .system(let error):
      lastError = error.number.name
      text = "\(error.number.name) (\(error.number.meaning))"
    }
    fail(statement, text)
    if stopsAtErrors { throw .failed("\(statement.position): \(statement.command) failed: \(text)") }
  }

  private func fail(_ statement: Statement, _ text: String) {
    lastResult = .number(-1)
    for name in statement.targets { variables[name] = .number(-1) }
    show(statement, "-1 " + text, .failure)
  }

  /// Reports that Ctrl-C interrupted a wait, like a signal in C. Only in interactive sessions.
  private func interrupted(_ statement: Statement) {
    guard output.isInteractive else { return }
    guard Call.named(statement.command) != nil else {
      return print(ShellLine(.failure, head: "\(statement.command): ", body: "interrupted"))
    }
    lastError = ErrorNumber.interrupted.name
    fail(statement, "\(ErrorNumber.interrupted.name) (\(ErrorNumber.interrupted.meaning))")
  }

  private func show(_ statement: Statement, _ text: String, _ kind: ShellLine.Kind = .result) {
    if isQuiet { return }
    // Calls that did not wait take less than a millisecond.
    let time = lastTime > 0 ? "  (\(lastTime) ms)" : ""
    print(ShellLine(kind, head: "\(statement.command) = ", body: text, time: time))
  }

  // MARK: - Checking

  private func misuse(_ statement: Statement, _ message: String) -> CallFailure {
    .misuse(SyntaxError(position: statement.position, message: message))
  }

  private func check(_ statement: Statement, _ signature: Signature, takesBody: Bool) throws(CallFailure) {
    let count = statement.arguments.count
    if count < signature.range.lowerBound {
      throw misuse(
        statement,
        "'\(statement.command)' needs \(signature.missing(after: count)): \(statement.command) \(signature.text)")
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
    if variables[statement.command] != nil {
      return misuse(statement, "no call '\(statement.command)': the value of the variable is $\(statement.command)")
    }
    if let equals = statement.command.firstIndex(of: "="), Parser.isName(String(statement.command[..<equals])) {
      return misuse(statement, "no call '\(statement.command)': write spaces around '='")
    }
    let names = Call.all.map(\.name) + ShellWord.all.map(\.name)
    let nearest = NearestName.find(statement.command, among: names)
    return misuse(
      statement, "no call '\(statement.command)': " + (nearest.map { "did you mean \($0)?" } ?? "'help' lists them"))
  }
}

extension MonotonicTime {
  fileprivate func milliseconds(since start: MonotonicTime) -> Int {
    let (seconds, attoseconds) = since(start).components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
