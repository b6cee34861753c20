import SocketLoop
import Sockets

extension ShellWord {
  /// Settings, other scripts, and the end.
  static let settings: [ShellWord] = [
    ShellWord(
      "set", "SETTING [VALUE]",
      "-e: end at the first failed call; -q: print no results; +e, +q undo these; NAME VALUE sets a variable"
    ) {
      (call: Invocation) async throws(CallFailure) in
      let setting = try call.word(0)
      switch setting {
      case "-e": call.interpreter.stopsAtErrors = true
      case "+e": call.interpreter.stopsAtErrors = false
      case "-q": call.interpreter.isQuiet = true
      case "+q": call.interpreter.isQuiet = false
      default:
        guard Parser.isName(setting), call.count == 2 else {
          throw call.misuse("'\(setting)' is no setting: -e, -q, +e, +q, or NAME VALUE", at: 0)
        }
        guard !Parser.reserved.contains(setting) else {
          throw call.misuse("$\(setting) is set by every call: choose another name", at: 0)
        }
        call.interpreter.assign(try call.value(1).kept, to: setting)
      }
    },
    ShellWord("trace", "on|off", "shows the system calls of each call, on standard error") {
      (call: Invocation) async throws(CallFailure) in
      let word = try call.word(0)
      guard word == "on" || word == "off" else { throw call.misuse("'\(word)' is neither on nor off", at: 0) }
      call.interpreter.output.tracing.turn(on: word == "on")
    },
    ShellWord("source", "FILE", "runs a file in this session, with its variables") {
      (call: Invocation) async throws(CallFailure) in
      let path = try call.word(0)
      let script = try await call.awaitedContents(of: path, at: call.statement.arguments[0].position)
      do throws(ShellEnding) { try await call.interpreter.run(script: script, path) } catch { throw .ending(error) }
    },
    ShellWord("exit", "[STATUS]", "ends the session", end), ShellWord("quit", "[STATUS]", "the same as exit", end),
  ]

  @LoopActor
  private static func end(_ call: Invocation) async throws(CallFailure) {
    throw .ending(.exit(call.count > 0 ? try call.number(0, in: 0...255) : 0))
  }
}
