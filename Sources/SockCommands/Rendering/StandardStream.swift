import Glibc
import Operations
import Sockets
import Synchronization

/// A way out of the process: text in one piece, all of it, without stdio's buffer in between.
///
/// These two descriptors may be shared with other programs, whose mode they then have: non-blocking ones are waited for.
enum StandardStream: CInt {
  case output = 1
  case error = 2

  /// Writes all of a text, with one `write(2)` where the file takes it at once.
  ///
  /// - Returns: why it could not; nil when all is written.
  func write(_ text: String) -> ErrorNumber? {
    if self == .error, let terminal = Self.terminal.withLock({ $0 }), terminal(text) { return nil }
    var text = self == .error ? StatusLine.above(text) : text
    return text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }

  /// What shows lines of standard error while a line is edited on the same terminal; false where it no longer does.
  static let terminal = Mutex<(@Sendable (String) -> Bool)?>(nil)

  /// Standard error had no room for a line within ``patience``: until it has some again, lines are dropped at once.
  private static let isStalled = Atomic<Bool>(false)
  /// How long the first line waits, in milliseconds.
  private static let patience: CInt = 1000

  /// Whether standard error takes a line. What sock has to say must not keep it from its work, its deadline, a signal.
  private static func errorHasRoom() -> Bool {
    let limit = isStalled.load(ordering: .relaxed) ? 0 : patience
    let hasRoom = (try? Descriptor.standardError.waitUntilReady(.writable, milliseconds: limit)) != false
    isStalled.store(!hasRoom, ordering: .relaxed)
    return hasRoom
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> ErrorNumber? {
    if self == .error, !Self.errorHasRoom() { return .wouldBlock }
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

  /// Writes what a verb was run for; to fail in that is to fail.
  static func print(_ text: String) throws(OperationError) {
    guard let number = output.write(text) else { return }
    if number == .brokenPipe {
      throw OperationError(.outputClosed, "the reader of standard output has gone", errorNumber: number)
    }
    throw OperationError(.connectionLost, "cannot write standard output: \(number)", errorNumber: number)
  }
}
