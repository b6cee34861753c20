import SocketLoop

/// A terminal with line editing, where what the peer sends appears above the line being typed.
///
/// The interactive shell's line editor is one. This protocol has only what a session needs.
@LoopActor
package protocol Console: AnyObject, Sendable {
  /// Whether the peer's bytes should go to ``show(_:)``: false if standard output is not this terminal.
  var showsPeer: Bool { get }

  /// Waits for the next line, and returns it without its line ending; nil when there are no more.
  ///
  /// Throws `cancelled` after ``interrupt()``, too.
  func nextLine() async throws(LoopError) -> [UInt8]?

  /// Cancels the wait for a line, if there is one.
  func interrupt()

  /// Shows what the peer sent, with control characters escaped so that they cannot affect the terminal.
  func show(_ bytes: UnsafeRawBufferPointer) async

  /// Shows a message of our own, one or more lines.
  func tell(_ text: String)

  /// Restores the terminal to its original state.
  func close()
}

/// Shows received bytes on a console, after passing them to the logs.
package final class ConsoleTap: ByteTap {
  private let console: any Console
  private let log: (any ByteTap)?

  /// - Parameter log: gets the bytes first.
  package init(_ console: any Console, log: (any ByteTap)?) {
    self.console = console
    self.log = log
  }

  /// Logs the bytes, then shows them.
  package func saw(_ bytes: UnsafeRawBufferPointer) async {
    await log?.saw(bytes)
    await console.show(bytes)
  }
}
