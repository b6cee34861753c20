import SocketLoop

/// Failures of jobs, reported as they happen: the main script may be waiting for something that will never come.
@LoopActor
final class JobFailures {
  private var failures: [(ending: ShellEnding, job: String)] = []
  private let arrival = Suspension()

  nonisolated init() {}

  func report(_ ending: ShellEnding, _ job: String) {
    if case .cancelled = ending { return }
    failures.append((ending, job))
    arrival.resume()
  }

  /// Waits for the next failure; nil if the task was cancelled.
  func next() async -> (ending: ShellEnding, job: String)? {
    while failures.isEmpty {
      do throws(WaitError) { try await arrival.suspend() } catch { return nil }
    }
    return failures.removeFirst()
  }
}
