import CSocketShims
import Glibc

extension Socket {
  /// Makes a second descriptor of the same socket: the socket ends when both are closed.
  ///
  /// Calls `fcntl(2)` with `F_DUPFD_CLOEXEC`. Modes (`O_NONBLOCK`) and options belong to the socket, and so to both.
  ///
  /// - Throws: `EMFILE` where the process has as many open files as it may.
  public borrowing func duplicate() throws(SystemError) -> Socket {
    let descriptor = descriptor
    let copy = try Kernel.call(
      "fcntl", on: descriptor,
      [.descriptor(descriptor), .constant(CInt(F_DUPFD_CLOEXEC), "F_DUPFD_CLOEXEC"), .integer(0)]
    ) { _ in
      Int(Glibc.fcntl(descriptor, CInt(F_DUPFD_CLOEXEC), 0))
    }
    return Socket(owning: CInt(copy), family: family, type: type, protocolNumber: protocolNumber)
  }
}
