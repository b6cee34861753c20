import CSocketShims
import Glibc

extension Socket {
  /// Duplicates the descriptor. The socket ends when both descriptors are closed.
  ///
  /// Calls `fcntl(2)` with `F_DUPFD_CLOEXEC`. Both share modes (`O_NONBLOCK`) and options, which belong to the socket.
  ///
  /// - Throws: `EMFILE` if the process has reached its limit on open files.
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
