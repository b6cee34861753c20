import Glibc
import SocketLoop

/// What a server has read from files, and reads again at SIGHUP.
@LoopActor
protocol Rereadable: AnyObject, Sendable {
  /// Whether reading it again may give something else.
  nonisolated var mayChange: Bool { get }
  /// What it is, in messages: `who may come in`.
  nonisolated var subject: String { get }
  /// What a warning says when it cannot be read: `who may come in stays as it was`.
  nonisolated var unchanged: String { get }
  /// Reads it again. If anything is wrong, it stays as it was.
  func load(again isAgain: Bool) async throws(OperationError)
}

/// Hears SIGHUP for all that is to be read again.
@LoopActor
enum Rereading {
  /// Starts to wait for the signal.
  ///
  /// - Returns: the task that waits; nil if there is nothing to read again.
  static func start(_ things: [any Rereadable], _ reporter: EventReporter) -> Task<Void, Never>? {
    let things = things.filter(\.mayChange)
    guard !things.isEmpty, let signals = try? Signals([SIGHUP]) else { return nil }
    // Under nohup(1) it is ignored; here it has a meaning of its own.
    signal(SIGHUP, SIG_DFL)
    return Task(executorPreference: EventLoop.shared) { await reread(things, at: signals, reporter) }
  }

  private static func reread(_ things: [any Rereadable], at signals: Signals, _ reporter: EventReporter) async {
    while true {
      do throws(LoopError) { _ = try await signals.next() } catch { return }
      for thing in things {
        do throws(OperationError) {
          try await thing.load(again: true)
          reporter.emit(.option) { $0.message = "read again \(thing.subject)" }
        } catch {
          if Task.isCancelled { return }
          reporter.warn("\(error.message): \(thing.unchanged)")
        }
      }
    }
  }
}
