import SocketLoop
import Synchronization

@testable import Shell

/// A session of the shell within the test's process: runs lines, and keeps what they print.
@LoopActor
final class ShellRun {
  private final class Printed: Sendable {
    let lines = Mutex<[ShellLine]>([])
  }

  private let printed = Printed()
  let session: ShellSession

  /// - Parameter isInteractive: whether a user watches, as on a terminal.
  init(isInteractive: Bool = false) {
    let printed = printed
    let show: @Sendable (ShellLine) -> Void = { line in printed.lines.withLock { $0.append(line) } }
    session = ShellSession(isInteractive ? SessionOutput(show: show, drain: {}) : SessionOutput(show))
  }

  /// Runs lines one after another, and returns what they printed, without times.
  @discardableResult
  func callAsFunction(_ lines: String...) async throws(ShellEnding) -> [String] {
    printed.lines.withLock { $0 = [] }
    for line in lines { try await session.run(Array(line.utf8)) }
    return output
  }

  /// Runs lines, and returns why the session ended.
  func ending(_ lines: String...) async -> ShellEnding? {
    do throws(ShellEnding) {
      for line in lines { try await session.run(Array(line.utf8)) }
      try await session.finish()
      return nil
    } catch {
      return error
    }
  }

  /// What was printed since lines were last run.
  var output: [String] { printed.lines.withLock { $0.map { $0.job + $0.head + $0.body } } }

  /// The value of a variable, as results show it.
  func value(_ name: String) async throws(ShellEnding) -> String? { try await self("print \(name)").last }
}

/// The result of the last call: `recv = 5 "hello"` gives `5 "hello"`.
func result(_ lines: [String]) -> String? {
  guard let line = lines.last, let equals = line.firstRange(of: " = ") else { return nil }
  return String(line[equals.upperBound...])
}
