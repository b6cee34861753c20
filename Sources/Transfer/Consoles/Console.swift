import SocketLoop

/// A terminal on which lines are edited while what the peer sends appears above the line that is being typed.
///
/// The interactive shell's line editor is one; this layer knows only what a session needs of it.
@LoopActor
package protocol Console: AnyObject, Sendable {
  /// Whether ``show(_:)`` is the way for the peer's bytes: false where standard output leads elsewhere.
  var showsPeer: Bool { get }

  /// Waits for the next line, which comes without its line end; nil when there are no more.
  ///
  /// Ends as cancelled by ``interrupt()`` too.
  func nextLine() async throws(LoopError) -> [UInt8]?

  /// Ends a wait for a line, if there is one.
  func interrupt()

  /// Shows what the peer sent; control characters come out visible and harmless.
  func show(_ bytes: UnsafeRawBufferPointer) async

  /// Shows lines of our own.
  func tell(_ text: String)

  /// Gives the terminal back as it was.
  func close()
}

/// Shows what is received on a console, once it is in the logs.
package final class ConsoleTap: ByteTap {
  private let console: any Console
  private let log: (any ByteTap)?

  /// - Parameter log: sees the bytes first.
  package init(_ console: any Console, log: (any ByteTap)?) {
    self.console = console
    self.log = log
  }

  /// Shows them.
  package func saw(_ bytes: UnsafeRawBufferPointer) async {
    await log?.saw(bytes)
    await console.show(bytes)
  }
}
