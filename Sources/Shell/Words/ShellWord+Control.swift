import SocketLoop
import Sockets

extension ShellWord {
  /// Control flow.
  static let control: [ShellWord] = [
    ShellWord(
      "if", "EXPRESSION", "runs a block if the expression holds; } else if EXPRESSION { and } else { may follow",
      takesBody: true, choose),
    ShellWord("while", "EXPRESSION", "runs a block as long as the expression holds", takesBody: true) {
      (call: Invocation) async throws(CallFailure) in
      try await loop(call) { () throws(CallFailure) in try call.value(0).isTrue }
    },
    ShellWord(
      "for", "VARIABLE in VALUE…", "runs a block for each value, and for each element of a list", takesBody: true,
      forEach),
    ShellWord("repeat", "COUNT", "runs a block COUNT times", takesBody: true) {
      (call: Invocation) async throws(CallFailure) in
      var rest = try call.number(0, in: 0...Int.max)
      try await loop(call) {
        rest -= 1
        return rest >= 0
      }
    },
    ShellWord("break", "", "ends the loop around it: while, for or repeat") {
      (call: Invocation) async throws(CallFailure) in
      call.interpreter.jump = .break
    },
    ShellWord("continue", "", "goes on with the next round of the loop around it") {
      (call: Invocation) async throws(CallFailure) in
      call.interpreter.jump = .continue
    },
    ShellWord("sleep", "TIME", "waits: 50ms, 2s") { (call: Invocation) async throws(CallFailure) in
      let time = try call.duration(0)
      do throws(WaitError) { try await EventLoop.sleep(until: .after(time)) } catch { throw .cancelled }
    },
  ]

  @LoopActor
  private static func choose(_ call: Invocation) async throws(CallFailure) {
    if try call.value(0).isTrue { return try await call.run(call.statement.body ?? []) }
    for alternative in call.statement.alternatives {
      if let condition = alternative.condition, try !call.value(of: condition).isTrue { continue }
      return try await call.run(alternative.body)
    }
  }

  @LoopActor
  private static func forEach(_ call: Invocation) async throws(CallFailure) {
    guard case .word(let name) = call.statement.arguments[0].kind, Parser.isName(name) else {
      throw call.misuse("'for' takes a name: for c in $clients { … }", at: 0)
    }
    guard !Parser.reserved.contains(name) else {
      throw call.misuse("$\(name) is set by every call: choose another name", at: 0)
    }
    guard call.statement.arguments[1].kind == .word("in") else {
      throw call.misuse("'in' has to follow the name: for \(name) in $clients { … }", at: 1)
    }
    var values: [ShellValue] = []
    for index in 2..<call.count {
      let value = try call.value(index)
      if case .list(let elements) = value { values += elements } else { values.append(value.kept) }
    }
    var next = values.makeIterator()
    try await loop(call) {
      guard let value = next.next() else { return false }
      call.interpreter.assign(value, to: name)
      return true
    }
  }

  /// Runs the block as long as `goesOn` is true, or until `break`.
  @LoopActor
  private static func loop(
    _ call: Invocation, while goesOn: () throws(CallFailure) -> Bool
  ) async throws(CallFailure) {
    while try goesOn() {
      try await call.run(call.statement.body ?? [])
      if call.interpreter.takeJump() == .break { return }
      // A block that never waits must still let other jobs, and Ctrl-C, run.
      await Task.yield()
      if Task.isCancelled { throw .cancelled }
    }
  }
}

@LoopActor
extension Invocation {
  fileprivate func run(_ block: [Statement]) async throws(CallFailure) {
    do throws(ShellEnding) { try await interpreter.run(block) } catch { throw .ending(error) }
  }
}
