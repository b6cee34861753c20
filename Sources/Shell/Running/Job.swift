import SocketLoop

/// A block that `spawn` or `fork` started, with its own interpreter.
@LoopActor
final class Job {
  let number: Int
  /// Whether `fork` started it: `exit` is then its own end, and no failure.
  let isProcess: Bool
  private var task: Task<Void, Never>?
  private(set) var hasEnded = false
  /// Why it failed; nil if it did not.
  private(set) var ending: ShellEnding?
  /// Its exit status.
  private(set) var status = 0
  private let end = Suspension()
  private let onEnd: @LoopActor () -> Void

  /// Starts the block.
  init(
    _ number: Int, _ interpreter: Interpreter, _ body: [Statement], isProcess: Bool,
    onEnd: @escaping @LoopActor () -> Void
  ) {
    self.number = number
    self.isProcess = isProcess
    self.onEnd = onEnd
    task = Task(executorPreference: EventLoop.shared) { await self.run(interpreter, body) }
  }

  private func run(_ interpreter: Interpreter, _ body: [Statement]) async {
    do throws(ShellEnding) {
      try await interpreter.run(body)
      try await interpreter.finish()
    } catch {
      interpreter.stopJobs()
      failed(error)
    }
    interpreter.jobEnded(ending)
    hasEnded = true
    end.resume()
    onEnd()
  }

  private func failed(_ reason: ShellEnding) {
    switch reason {
    case .exit(let status): self.status = status
    case .misuse: status = 64
    case .failed: status = 65
    case .cancelled: status = 130
    }
    if case .exit = reason, isProcess { return }
    ending = reason
  }

  func cancel() { task?.cancel() }

  /// Waits until it has ended.
  func wait() async throws(ShellEnding) {
    while !hasEnded {
      do throws(WaitError) { try await end.suspend() } catch { throw .cancelled }
    }
  }
}
