import SocketLoop
import Sockets

extension ShellWord {
  /// Blocks and commands that run concurrently.
  static let jobs: [ShellWord] = [
    .giving("spawn", "", "runs a block in parallel, with the same sockets", takesBody: true) {
      (call: Invocation) async throws(CallFailure) -> CallResult? in
      started(try call.interpreter.start(call.statement, isProcess: false) { (value) throws(CallFailure) in value })
    },
    .giving(
      "fork", "",
      "like spawn with duplicated descriptors, as fork(2): a socket lives until both sides close it, and exit ends the "
        + "block, for waitpid to tell",
      takesBody: true
    ) { (call: Invocation) async throws(CallFailure) -> CallResult? in
      let number = try call.interpreter.start(call.statement, isProcess: true) { (value) throws(CallFailure) in
        try duplicate(value)
      }
      return started(number)
    },
    ShellWord(
      "wait", "[SOCKET] [SIGNAL] [TIME]",
      "waits for the blocks that spawn and fork started; with a socket, for SIGURG or SIGIO about it"
    ) {
      (call: Invocation) async throws(CallFailure) in
      if call.count > 0 { return try await call.waitForSignal() }
      do throws(ShellEnding) {
        try await call.interpreter.finish()
      } catch .cancelled {
        throw .cancelled
      } catch {
        throw .ending(error)
      }
    },
    .giving(
      "waitpid", "NUMBER [WNOHANG]",
      "waits for a block that fork started to end, -1 for any: pid status = waitpid -1; with WNOHANG 0 if none has",
      waitForProcess),
    .giving("jobs", "", "tells how many blocks are running, and their numbers") {
      (call: Invocation) async throws(CallFailure) -> CallResult? in
      let running = call.interpreter.runningJobs
      let numbers = running.map { " [\($0)]" }.joined()
      return CallResult(
        .number(running.count), values: [.number(running.count), .list(running.map { .number($0) })],
        text: "\(running.count)\(numbers)")
    },
    ShellWord("stop", "", "stops the blocks that spawn and fork started") {
      (call: Invocation) async throws(CallFailure) in
      call.interpreter.stopJobs()
    },
    .giving(
      "system", "COMMAND [SOCKET]",
      "runs a command of sh(1), with the socket as its standard input and output; returns its exit status",
      runCommand),
  ]

  /// The number of a job can be kept; nothing is shown.
  @LoopActor
  private static func started(_ number: Int) -> CallResult { CallResult(.number(number), text: "") }

  /// A copy of a value with descriptors of its own.
  @LoopActor
  private static func duplicate(_ value: ShellValue) throws(CallFailure) -> ShellValue {
    switch value {
    case .socket(let socket) where socket.isOpen:
      return .socket(try Call.system { () throws(SystemError) in try socket.duplicate() })
    case .list(let values):
      var copies: [ShellValue] = []
      for value in values { copies.append(try duplicate(value)) }
      return .list(copies)
    default: return value
    }
  }

  @LoopActor
  private static func waitForProcess(_ call: Invocation) async throws(CallFailure) -> CallResult? {
    let number = try call.number(0, in: -1...Int.max)
    let flag = call.count > 1 ? try call.word(1).uppercased() : "0"
    guard ["0", "WNOHANG"].contains(flag) else {
      throw call.misuse("'\(flag)' is no flag of waitpid: there is WNOHANG", at: 1)
    }
    let ended = try await call.interpreter.reap(number < 1 ? nil : number, waits: flag == "0")
    guard let ended else { return CallResult(.number(0), values: [.number(0), .number(0)], text: "0") }
    return CallResult(
      .number(ended.number), values: [.number(ended.number), .number(ended.status)],
      text: "\(ended.number), status \(ended.status)")
  }

  @LoopActor
  private static func runCommand(_ call: Invocation) async throws(CallFailure) -> CallResult? {
    let command = Array(try call.word(0).utf8)
    let child: ChildProcess
    if call.count > 1 {
      let socket = try call.socket(1)
      child = try Call.system { () throws(SystemError) in
        try socket.call("dup") { (socket) throws(SystemError) in
          try ChildProcess(
            shell: Array("exec <&3 >&3 3<&-\n".utf8) + command,
            descriptors: ReceivedDescriptors(try socket.duplicate()),
            variables: [])
        }
      }
    } else {
      child = try Call.system { () throws(SystemError) in
        // The lines of a script may come from standard input.
        try ChildProcess(
          shell: Array("exec </dev/null\n".utf8) + command, descriptors: ReceivedDescriptors(), variables: [])
      }
    }
    do throws(LoopError) {
      let status = Int(try await child.wait().status)
      return CallResult(.number(status), text: "\(status)")
    } catch {
      if case .system(let error) = error { throw .system(error) }
      throw .cancelled
    }
  }
}
