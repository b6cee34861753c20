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

/// A descriptor from which signals are read instead of interrupting the program (`signalfd(2)`).
///
/// Only blocked signals are delivered to it; the caller must block them.
public struct SignalDescriptor: ~Copyable, Sendable {
  /// The descriptor, with `FD_CLOEXEC`. It belongs to this value: do not close it.
  public let number: CInt

  /// Creates a descriptor for these signals.
  ///
  /// Calls `signalfd(2)` with `SFD_CLOEXEC` and `SFD_NONBLOCK`.
  public init(_ signals: [CInt]) throws(SystemError) {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    number = CInt(
      try Kernel.call(
        "signalfd",
        [
          .integer(-1), .list(signals.map { .integer(Int($0)) }),
          .constant(CInt(SFD_CLOEXEC | SFD_NONBLOCK), "SFD_CLOEXEC|SFD_NONBLOCK"),
        ]
      ) { _ in
        unsafe Int(signalfd(-1, &set, CInt(SFD_CLOEXEC | SFD_NONBLOCK)))
      })
  }

  deinit { Kernel.close(number) }

  /// Removes the next pending signal and returns its number; nil if there is none.
  ///
  /// Calls `read(2)`.
  public borrowing func next() -> CInt? {
    let number = number
    var information = signalfd_siginfo()
    let result = unsafe withUnsafeMutableBytes(of: &information) { bytes in
      try? unsafe Descriptor(number).read(into: bytes)
    }
    return result == .moved(MemoryLayout<signalfd_siginfo>.size) ? CInt(information.ssi_signo) : nil
  }
}
