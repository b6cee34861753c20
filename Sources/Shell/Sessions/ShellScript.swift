import Glibc
import SocketLoop
import Sockets

/// Runs scripts, from a file or from standard input, up to the end or the first error.
package enum ShellScript {
  /// How a script or an interactive session ended.
  package enum Outcome: Hashable, Sendable {
    /// At its end or at `exit`, with this status.
    case ended(Int)
    /// By an invalid line: `3:1: …`.
    case misuse(String)
    /// By a failed expectation: `3:1: expected …, got …`.
    case failed(String)
    /// By INT, TERM or HUP.
    case signal(CInt)
    /// Because the script or the terminal cannot be read.
    case unreadable(ErrorNumber)
  }

  /// Runs a script to its end on the event loop of the process.
  ///
  /// - Parameters:
  ///   - descriptor: the script; it stays open.
  ///   - tracing: shows the system calls.
  ///   - output: receives each line of output, without its newline.
  package static func run(
    from descriptor: CInt, tracing: CallTracing = CallTracing(), output: @escaping @Sendable (String) -> Void
  ) -> Outcome {
    ShellSignals.block()
    return EventLoop.shared.run { await supervise(descriptor, SessionOutput(tracing: tracing) { output($0.text) }) }
  }

  @LoopActor
  private static func supervise(_ descriptor: CInt, _ output: SessionOutput) async -> Outcome {
    // Before the work: a signal that comes right behind its first output is heard.
    let signals = try? Signals([SIGINT, SIGTERM, SIGHUP])
    return await withTaskGroup(of: Outcome?.self) { group in
      let session = ShellSession(output)
      group.addTask(executorPreference: EventLoop.shared) { await work(descriptor, session) }
      // The main script may be waiting for something that a failed job will never send.
      group.addTask(executorPreference: EventLoop.shared) { await session.nextJobFailure().map { outcome($0.ending) } }
      if let signals { group.addTask(executorPreference: EventLoop.shared) { await waitForSignal(signals) } }
      defer { group.cancelAll() }
      while let outcome = await group.next() {
        if let outcome { return outcome }
      }
      return .ended(0)
    }
  }

  @LoopActor
  private static func work(_ descriptor: CInt, _ session: ShellSession) async -> Outcome {
    let lines = LineReader(descriptor)
    defer { lines.close() }
    do throws(ShellEnding) {
      while true {
        let line: [UInt8]?
        do throws(LoopError) {
          line = try await lines.next()
        } catch {
          if case .system(let error) = error { return .unreadable(error.number) }
          throw .cancelled
        }
        guard let line else { break }
        try await session.run(line)
      }
      try await session.finish()
      return .ended(0)
    } catch {
      session.stop()
      return outcome(error)
    }
  }

  private static func outcome(_ ending: ShellEnding) -> Outcome {
    switch ending {
    case .misuse(let message): .misuse(message)
    case .failed(let message): .failed(message)
    case .exit(let status): .ended(status)
    case .cancelled: .ended(0)
    }
  }

  @LoopActor
  private static func waitForSignal(_ signals: Signals) async -> Outcome? {
    do { return .signal(try await signals.next()) } catch { return nil }
  }
}
