import SocketLoop
import Sockets

/// A session of the shell, line by line: from a script, or from a terminal.
///
/// A line runs as the caller's task: cancelling it ends a call that waits, as Ctrl-C does; the session goes on.
@LoopActor
final class ShellSession {
  private let interpreter: Interpreter
  private var parser = Parser()

  /// A session without variables.
  nonisolated init(_ audience: Audience) { interpreter = Interpreter(audience) }

  /// Whether a block is open: the next line belongs to it.
  var isInBlock: Bool { parser.isInBlock }

  /// The variables, for completion.
  var variables: [Completion.Variable] { interpreter.known }

  /// Reads a line, and carries out what is complete with it.
  ///
  /// - Throws: what is wrong with the line, or an expectation that does not hold: a terminal shows it and goes on, a
  ///   script ends.
  func run(_ line: [UInt8]) async throws(ShellEnding) {
    let statements: [Statement]
    do throws(SyntaxError) {
      statements = try parser.read(line)
    } catch {
      throw .misuse("\(error)")
    }
    try await interpreter.run(statements)
  }

  /// Forgets an open block, and counts lines from 1 again.
  func startOver() { parser = Parser() }

  /// The next side that fails, as it happens; nil where the task was cancelled.
  func nextSideFailure() async -> (ending: ShellEnding, side: String)? { await interpreter.sideFailures.next() }

  /// Judges an end here: no block may be open.
  func checkEnd() throws(ShellEnding) {
    do throws(SyntaxError) { try parser.finish() } catch { throw .misuse("\(error)") }
  }

  /// Ends the session in order: no block may be open, and the sides that were started come to their ends.
  func finish() async throws(ShellEnding) {
    try checkEnd()
    try await interpreter.finish()
  }

  /// Ends the sides that still run.
  func stop() { interpreter.stopSides() }
}
