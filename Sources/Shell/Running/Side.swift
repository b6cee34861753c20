import SocketLoop

/// Another side of a session: a block that `spawn` or `fork` started, with an interpreter of its own.
@LoopActor
final class Side {
  private var task: Task<Void, Never>?
  private(set) var hasEnded = false
  /// Why it ended, if not in order.
  private(set) var ending: ShellEnding?
  private let end = Suspension()

  /// Runs the block while others wait.
  init(_ interpreter: Interpreter, _ body: [Statement]) {
    task = Task(executorPreference: EventLoop.shared) { await self.run(interpreter, body) }
  }

  private func run(_ interpreter: Interpreter, _ body: [Statement]) async {
    do throws(ShellEnding) {
      try await interpreter.run(body)
      try await interpreter.finish()
    } catch {
      interpreter.stopSides()
      ending = error
    }
    interpreter.sideEnded(ending)
    hasEnded = true
    end.resume()
  }

  func cancel() { task?.cancel() }

  /// Waits for its end.
  func wait() async throws(ShellEnding) {
    while !hasEnded {
      do throws(WaitError) { try await end.suspend() } catch { throw .cancelled }
    }
  }
}

/// Why sides of a session ended, as it happens: the main side may wait for what now never comes.
@LoopActor
final class SideFailures {
  private var failures: [(ending: ShellEnding, side: String)] = []
  private let arrival = Suspension()

  nonisolated init() {}

  func report(_ ending: ShellEnding, _ side: String) {
    if case .cancelled = ending { return }
    failures.append((ending, side))
    arrival.resume()
  }

  /// Waits for the next one; nil where the task was cancelled.
  func next() async -> (ending: ShellEnding, side: String)? {
    while failures.isEmpty {
      do throws(WaitError) { try await arrival.suspend() } catch { return nil }
    }
    return failures.removeFirst()
  }
}
