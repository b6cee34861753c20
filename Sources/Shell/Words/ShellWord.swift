import SocketLoop
import Sockets

/// A word of the shell that is no call of the API: it judges, repeats, waits or explains.
struct ShellWord: Sendable {
  let name: String
  let signature: Signature
  let meaning: String
  /// Whether `{ … }` belongs to it.
  let takesBody: Bool
  let perform: @LoopActor @Sendable (Invocation) async throws(CallFailure) -> Void

  init(
    _ name: String, _ signature: String, _ meaning: String, takesBody: Bool = false,
    _ perform: @escaping @LoopActor @Sendable (Invocation) async throws(CallFailure) -> Void
  ) {
    self.name = name
    self.signature = Signature(text: signature)
    self.meaning = meaning
    self.takesBody = takesBody
    self.perform = perform
  }

  /// Every word, in the order in which `help` lists them.
  static let all: [ShellWord] = judging + flow + telling

  static func named(_ name: String) -> ShellWord? { all.first { $0.name == name } }

  /// Order: blocks, time, the end.
  static let flow: [ShellWord] = [
    ShellWord("spawn", "", "runs a block beside what follows, with the same sockets", takesBody: true) {
      (call: Invocation) async throws(CallFailure) in
      try call.interpreter.start(call.statement.body ?? []) { (value) throws(CallFailure) in value }
    },
    ShellWord(
      "fork", "", "the same with descriptors of its own, as fork(2): a socket ends when both sides have closed it",
      takesBody: true
    ) { (call: Invocation) async throws(CallFailure) in
      try call.interpreter.start(call.statement.body ?? []) { (value) throws(CallFailure) in
        guard case .socket(let socket) = value, socket.isOpen else { return value }
        return .socket(try Call.system { () throws(SystemError) in try socket.duplicate() })
      }
    },
    ShellWord("wait", "", "waits until the blocks that were started have ended") {
      (call: Invocation) async throws(CallFailure) in
      do throws(ShellEnding) {
        try await call.interpreter.finish()
      } catch .cancelled {
        throw .cancelled
      } catch {
        throw .ending(error)
      }
    },
    ShellWord("stop", "", "ends the blocks that were started") { (call: Invocation) async throws(CallFailure) in
      call.interpreter.stopSides()
    },
    ShellWord("repeat", "COUNT", "runs a block so many times", takesBody: true) {
      (call: Invocation) async throws(CallFailure) in
      let count = try call.number(0, in: 0...Int.max)
      for _ in 0..<count {
        do throws(ShellEnding) { try await call.interpreter.run(call.statement.body ?? []) } catch {
          throw .ending(error)
        }
        // A block that never waits must leave the others, and Ctrl-C, their turn.
        await Task.yield()
      }
    },
    ShellWord("sleep", "TIME", "waits: 50ms, 2s") { (call: Invocation) async throws(CallFailure) in
      let time = try call.duration(0)
      do throws(WaitError) { try await EventLoop.sleep(until: .after(time)) } catch { throw .cancelled }
    },
    ShellWord(
      "set", "SETTING [VALUE]",
      "-e: end at a call that fails; -q: print no results; +e, +q as before; NAME VALUE keeps a value"
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
        let value = try call.value(1)
        call.interpreter.assign(value.number.map { .number($0) } ?? value, to: setting)
      }
    },
    ShellWord("source", "FILE", "runs the lines of a file here, with the variables of this session") {
      (call: Invocation) async throws(CallFailure) in
      let path = try call.word(0)
      let script = try call.contents(of: path, at: 0)
      do throws(ShellEnding) { try await call.interpreter.run(script: script, path) } catch { throw .ending(error) }
    },
    ShellWord("exit", "[STATUS]", "ends the session", end), ShellWord("quit", "[STATUS]", "the same as exit", end),
  ]

  @LoopActor
  private static func end(_ call: Invocation) async throws(CallFailure) {
    throw .ending(.exit(call.count > 0 ? try call.number(0, in: 0...255) : 0))
  }
}
