import CSocketShims
import Glibc

/// A counter in the kernel that is readable while it is not zero: how one thread ends another's wait (`eventfd(2)`).
public struct EventDescriptor: ~Copyable, Sendable {
  /// The descriptor: it belongs to this owner, and has `FD_CLOEXEC`.
  public let number: CInt

  /// Calls `eventfd(2)` with `EFD_CLOEXEC` and `EFD_NONBLOCK`.
  public init() throws(SystemError) {
    number = CInt(
      try Kernel.call(
        "eventfd", [.integer(0), .constant(CInt(EFD_CLOEXEC | EFD_NONBLOCK), "EFD_CLOEXEC|EFD_NONBLOCK")]
      ) { _ in
        Int(eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK)))
      })
  }

  deinit { Kernel.close(number) }

  /// Adds one.
  ///
  /// Calls `write(2)`. It fails only if the counter is full, and then the descriptor is readable already.
  public borrowing func signal() {
    let number = number
    var one: UInt64 = 1
    _ = unsafe withUnsafeBytes(of: &one) { bytes in
      try? unsafe Descriptor(number).write(bytes)
    }
  }

  /// Sets it to zero.
  ///
  /// Calls `read(2)`.
  public borrowing func acknowledge() {
    let number = number
    var count: UInt64 = 0
    _ = unsafe withUnsafeMutableBytes(of: &count) { bytes in
      try? unsafe Descriptor(number).read(into: bytes)
    }
  }
}
