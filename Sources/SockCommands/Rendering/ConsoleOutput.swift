import Glibc
import Operations
import Sockets
import Synchronization

/// Standard output or error. Text is written immediately, without the buffers of stdio.
///
/// The descriptors may be shared with other programs, which determine their blocking mode: if one is non-blocking,
/// writes wait until it is ready.
enum ConsoleOutput: CInt {
  case output = 1
  case error = 2

  /// Writes all of the text, with one `write(2)` if possible.
  ///
  /// - Returns: the error; nil on success.
  func write(_ text: String) -> ErrorNumber? {
    guard self == .error else { return writeBytes(text) }
    // What shows a run is no part of it.
    return CallTrace.unseen {
      if let terminal = Self.terminal.withLock({ $0 }), terminal(text) { return nil }
      return Self.turn.withLock { _ in writeBytes(StatusLine.above(text)) }
    }
  }

  /// Held while a text is written to standard error, so that the lines of several threads stay whole.
  private static let turn = Mutex(())

  private func writeBytes(_ text: String) -> ErrorNumber? {
    var text = text
    return text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }

  /// Shows text for standard error while a line is edited on the same terminal. Returns false once it no longer does.
  static let terminal = Mutex<(@Sendable (String) -> Bool)?>(nil)

  /// Whether standard error did not become writable within ``patience``. Lines are then dropped until it is writable
  /// again.
  private static let isStalled = Atomic<Bool>(false)
  /// How long the first line waits, in milliseconds.
  private static let patience: CInt = 1000

  /// Whether standard error can be written to. Messages must not delay the work, a deadline or a signal.
  private static func errorHasRoom() -> Bool {
    let limit = isStalled.load(ordering: .relaxed) ? 0 : patience
    let hasRoom = (try? Descriptor.standardError.waitUntilReady(.writable, milliseconds: limit)) != false
    isStalled.store(!hasRoom, ordering: .relaxed)
    return hasRoom
  }

  /// Moves past `^C`.
  private func beginLine() {
    var newline = UInt8(ascii: "\n")
    _ = withUnsafeBytes(of: &newline) { try? Descriptor(rawValue).write($0) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> ErrorNumber? {
    if self == .error, !Self.errorHasRoom() { return .wouldBlock }
    if Interruption.mayHaveEcho, Descriptor(rawValue).isTerminal, Interruption.takeEcho() { beginLine() }
    var rest = bytes[...]
    while !rest.isEmpty {
      do throws(SystemError) {
        switch try Descriptor(rawValue).write(UnsafeRawBufferPointer(rebasing: rest)) {
        case .moved(let count): rest = rest.dropFirst(count)
        case .wouldBlock: _ = try? Descriptor(rawValue).waitUntilReady(.writable, milliseconds: nil)
        }
      } catch {
        return error.number
      }
    }
    return nil
  }

  /// Writes the output of a verb. If that fails, so does the verb.
  static func print(_ text: String) throws(OperationError) {
    guard let number = output.write(text) else { return }
    if number == .brokenPipe {
      throw OperationError(.outputClosed, "the reader of standard output has gone", errorNumber: number)
    }
    throw OperationError(.connectionLost, "cannot write standard output: \(number)", errorNumber: number)
  }
}
