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
  /// How many files are being read within one another, and may be.
  private var depth = 0
  private static let deepest = 20
  private var sides: [Side] = []
  private var sideCount = 0
  private let prefix: String
  private let audience: Audience
  /// Why sides ended, wherever in the session they were started.
  let sideFailures: SideFailures

  /// An interpreter without variables, whose results go to this audience.
  nonisolated init(_ audience: Audience) {
    self.audience = audience
    prefix = ""
    sideFailures = SideFailures()
  }

  private init(side: String, of parent: Interpreter, variables: [String: ShellValue]) {
    audience = parent.audience
    sideFailures = parent.sideFailures
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

  /// The variables as Tab knows them.
  var known: [Completion.Variable] {
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
    line.side = prefix
    audience.show(line)
  }

  // MARK: - Running

  /// Runs the statements; one that fails does not keep the next from running, except as `set -e` says.
  func run(_ statements: [Statement]) async throws(ShellEnding) {
    for statement in statements {
      try await run(statement)
      await audience.keepUp()
    }
  }

  /// Runs the lines of a file: `source`.
  ///
  /// - Parameter path: what messages call it.
  func run(script: [UInt8], _ path: String) async throws(ShellEnding) {
    guard depth < Self.deepest else { throw .misuse("\(path): more than \(Self.deepest) files in one another") }
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
      if audience.isPresent { print(ShellLine(.failure, body: "interrupted")) }
      throw .cancelled
    }
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

  /// Ctrl-C ended a wait: to a call it is what a signal is in C. Of a script there is nobody left to tell.
  private func interrupted(_ statement: Statement) {
    guard audience.isPresent else { return }
    guard Call.named(statement.command) != nil else {
      return print(ShellLine(.failure, head: "\(statement.command): ", body: "interrupted"))
    }
    lastError = ErrorNumber.interrupted.name
    fail(statement, "\(ErrorNumber.interrupted.name) (\(ErrorNumber.interrupted.meaning))")
  }

  private func show(_ statement: Statement, _ text: String, _ kind: ShellLine.Kind = .result) {
    if isQuiet { return }
    // What did not have to wait takes less than that.
    let time = lastTime > 0 ? "  (\(lastTime) ms)" : ""
    print(ShellLine(kind, head: "\(statement.command) = ", body: text, time: time))
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
    let nearest = NearestName.find(statement.command, among: names)
    return misuse(
      statement, "no call '\(statement.command)': " + (nearest.map { "did you mean \($0)?" } ?? "'help' lists them"))
  }

  // MARK: - Sides

  /// Starts another side of the script, which runs while this one waits.
  func start(_ body: [Statement], variables change: (ShellValue) throws(CallFailure) -> ShellValue) throws(CallFailure)
  {
    var copies: [String: ShellValue] = [:]
    for (name, value) in variables { copies[name] = try change(value) }
    // Of those that have ended only a failure is left to be told.
    sides.removeAll { $0.hasEnded && (audience.isPresent || $0.ending == nil) }
    sideCount += 1
    let side = Interpreter(side: prefix + "[\(sideCount)] ", of: self, variables: copies)
    sides.append(Side(side, body))
  }

  /// Waits until the sides that it started have ended; Ctrl-C ends the wait, and not them.
  func finish() async throws(ShellEnding) {
    while let side = sides.first {
      try await side.wait()
      sides.removeAll { $0 === side }
      // Who looks on has been told.
      guard let ending = side.ending, !audience.isPresent else { continue }
      stopSides()
      throw ending
    }
  }

  /// Ends the sides that are still running.
  func stopSides() {
    for side in sides { side.cancel() }
    sides = []
  }

  /// A side has ended, with this if not in order.
  func sideEnded(_ ending: ShellEnding?) {
    if let ending { sideFailures.report(ending, prefix) }
  }
}

extension MonotonicTime {
  fileprivate func milliseconds(since start: MonotonicTime) -> Int {
    let (seconds, attoseconds) = since(start).components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
