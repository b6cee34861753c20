import SocketLoop
import Sockets

/// A built-in word of the shell that is not a call of the API, such as `expect`, `repeat` or `help`.
struct ShellWord: Sendable {
  let name: String
  let signature: Signature
  let meaning: String
  /// Whether it takes a block: `{ … }`.
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

  /// Every word, in the order of `help`.
  static let all: [ShellWord] = assertions + control + printing

  static func named(_ name: String) -> ShellWord? { all.first { $0.name == name } }

  /// Control flow.
  static let control: [ShellWord] = [
    ShellWord("spawn", "", "runs a block in parallel, with the same sockets", takesBody: true) {
      (call: Invocation) async throws(CallFailure) in
      try call.interpreter.start(call.statement.body ?? []) { (value) throws(CallFailure) in value }
    },
    ShellWord(
      "fork", "", "like spawn with duplicated descriptors, as fork(2): a socket lives until both sides close it",
      takesBody: true
    ) { (call: Invocation) async throws(CallFailure) in
      try call.interpreter.start(call.statement.body ?? []) { (value) throws(CallFailure) in
        guard case .socket(let socket) = value, socket.isOpen else { return value }
        return .socket(try Call.system { () throws(SystemError) in try socket.duplicate() })
      }
    },
    ShellWord(
      "wait", "[SOCKET] [SIGNAL] [TIME]",
      "waits for the blocks that spawn and fork started; with a socket, for SIGURG or SIGIO about it"
    ) { (call: Invocation) async throws(CallFailure) in
      if call.count > 0 { return try await call.waitForSignal() }
      do throws(ShellEnding) {
        try await call.interpreter.finish()
      } catch .cancelled {
        throw .cancelled
      } catch {
        throw .ending(error)
      }
    },
    ShellWord("stop", "", "stops the blocks that spawn and fork started") {
      (call: Invocation) async throws(CallFailure) in
      call.interpreter.stopJobs()
    },
    ShellWord("repeat", "COUNT", "runs a block COUNT times", takesBody: true) {
      (call: Invocation) async throws(CallFailure) in
      let count = try call.number(0, in: 0...Int.max)
      for _ in 0..<count {
        do throws(ShellEnding) { try await call.interpreter.run(call.statement.body ?? []) } catch {
          throw .ending(error)
        }
        // A block that never waits must still let other jobs, and Ctrl-C, run.
        await Task.yield()
      }
    },
    ShellWord("sleep", "TIME", "waits: 50ms, 2s") { (call: Invocation) async throws(CallFailure) in
      let time = try call.duration(0)
      do throws(WaitError) { try await EventLoop.sleep(until: .after(time)) } catch { throw .cancelled }
    },
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
        let value = try call.value(1)
        call.interpreter.assign(value.number.map { .number($0) } ?? value, to: setting)
      }
    },
    ShellWord("source", "FILE", "runs a file in this session, with its variables") {
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
