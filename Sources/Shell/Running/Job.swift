import SocketLoop

/// A block that `spawn` or `fork` started, with its own interpreter.
@LoopActor
final class Job {
  private var task: Task<Void, Never>?
  private(set) var hasEnded = false
  /// Why it failed; nil if it did not.
  private(set) var ending: ShellEnding?
  private let end = Suspension()

  /// Starts the block.
  init(_ interpreter: Interpreter, _ body: [Statement]) {
    task = Task(executorPreference: EventLoop.shared) { await self.run(interpreter, body) }
  }

  private func run(_ interpreter: Interpreter, _ body: [Statement]) async {
    do throws(ShellEnding) {
      try await interpreter.run(body)
      try await interpreter.finish()
    } catch {
      interpreter.stopJobs()
      ending = error
    }
    interpreter.jobEnded(ending)
    hasEnded = true
    end.resume()
  }

  func cancel() { task?.cancel() }

  /// Waits until it has ended.
  func wait() async throws(ShellEnding) {
    while !hasEnded {
      do throws(WaitError) { try await end.suspend() } catch { throw .cancelled }
    }
  }
}
