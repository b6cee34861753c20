import CSocketShims
import Glibc

/// A counter in the kernel that is readable while it is not zero (`eventfd(2)`), with which one thread can wake
/// another.
public struct EventDescriptor: ~Copyable, Sendable {
  /// The descriptor, with `FD_CLOEXEC`. It belongs to this value: do not close it.
  public let number: CInt

  /// Creates a counter of zero.
  ///
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

  /// Increments the counter.
  ///
  /// Calls `write(2)`, which fails only if the counter is at its maximum, and the descriptor is readable then anyway.
  public borrowing func signal() {
    let number = number
    var one: UInt64 = 1
    _ = unsafe withUnsafeBytes(of: &one) { bytes in
      try? unsafe Descriptor(number).write(bytes)
    }
  }

  /// Resets the counter to zero.
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
