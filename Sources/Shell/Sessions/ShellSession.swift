import SocketLoop
import Sockets

/// A session of the shell, line by line: from a script, or from a terminal.
///
/// A line runs as the caller's task: cancelling it ends a call that waits, as Ctrl-C does; the session goes on.
@LoopActor
public final class ShellSession {
  private let interpreter: Interpreter
  private var parser = Parser()

  /// A session without variables.
  ///
  /// - Parameter output: takes each line of results, without its line end.
  public nonisolated init(output: @escaping @Sendable (String) -> Void) {
    interpreter = Interpreter(output: output)
  }

  /// Whether a block is open: the next line belongs to it.
  public var isInBlock: Bool { parser.isInBlock }

  /// The names of the variables, for completion.
  public var names: [String] { interpreter.names }

  /// Reads a line, and carries out what is complete with it.
  ///
  /// - Throws: what is wrong with the line, or an expectation that does not hold: a terminal shows it and goes on, a
  ///   script ends.
  public func run(_ line: [UInt8]) async throws(ShellEnding) {
    let statements: [Statement]
    do throws(SyntaxError) {
      statements = try parser.read(line)
    } catch {
      throw .misuse("\(error)")
    }
    try await interpreter.run(statements)
  }

  /// Forgets an open block: Ctrl-C on a continued line.
  public func dropBlock() { parser.reset() }

  /// Ends the session in order: no block may be open, and the sides that were started come to their ends.
  public func finish() async throws(ShellEnding) {
    do throws(SyntaxError) { try parser.finish() } catch { throw .misuse("\(error)") }
    try await interpreter.finish()
  }

  /// Ends the sides that still run.
  public func stop() { interpreter.stopSides() }

  /// What can stand in the place of the word that begins at `start` of the line's UTF-8.
  public func completion(of line: String, from start: Int) -> Completion {
    Completion.offer(line, from: start, names: names)
  }
}
