import CSocketShims
import Glibc
import Sockets

/// An eventfd with which other threads end the loop's wait.
final class WakeUp: Sendable {
  /// No watch has this token, since its generation is 0.
  static let token: UInt64 = 0
  let descriptor: CInt

  init() throws(SystemError) {
    descriptor = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))
    if descriptor < 0 { throw SystemError(call: "eventfd", number: ErrorNumber(rawValue: errno)) }
  }

  deinit { close(descriptor) }

  func signal() {
    var one: UInt64 = 1
    // Fails only if the counter is full, when the loop has been woken already.
    _ = write(descriptor, &one, 8)
  }

  func acknowledge() {
    var count: UInt64 = 0
    _ = read(descriptor, &count, 8)
  }
}
