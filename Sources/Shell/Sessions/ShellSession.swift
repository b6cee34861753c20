import SocketLoop
import Sockets

/// A session of the shell, fed line by line from a script or a terminal.
///
/// A line runs in the caller's task: cancelling it interrupts a waiting call, as Ctrl-C does, and the session continues.
@LoopActor
final class ShellSession {
  private let interpreter: Interpreter
  private var parser = Parser()

  /// A session without variables.
  nonisolated init(_ output: SessionOutput) { interpreter = Interpreter(output) }

  /// Whether the next line belongs to an open block.
  var isInBlock: Bool { parser.isInBlock }

  /// The variables, for completion.
  var variables: [Completion.Variable] { interpreter.completionVariables }

  /// Parses a line, and runs the statements that it completes.
  ///
  /// - Throws: an invalid line or a failed expectation, which a terminal session reports and a script ends with.
  func run(_ line: [UInt8]) async throws(ShellEnding) {
    let statements: [Statement]
    do throws(SyntaxError) {
      statements = try parser.read(line)
    } catch {
      throw .misuse("\(error)")
    }
    try await interpreter.run(statements)
  }

  /// Discards an open block, and counts lines from 1 again.
  func startOver() { parser = Parser() }

  /// Waits for the next job that fails; nil if the task was cancelled.
  func nextJobFailure() async -> (ending: ShellEnding, job: String)? { await interpreter.jobFailures.next() }

  /// Checks that no block is open at the end.
  func checkEnd() throws(ShellEnding) {
    do throws(SyntaxError) { try parser.finish() } catch { throw .misuse("\(error)") }
  }

  /// Ends the session: checks that no block is open, and waits for the jobs.
  func finish() async throws(ShellEnding) {
    try checkEnd()
    try await interpreter.finish()
  }

  /// Cancels the running jobs.
  func stop() { interpreter.stopJobs() }
}
