import CSocketShims
import Glibc

extension Socket {
  /// The blocking mode of the open file, which is shared by all descriptors created from it by dup(2) or fork(2).
  ///
  /// Calls `fcntl(2)` with `F_GETFL`.
  public borrowing func blockingMode() throws(SystemError) -> BlockingMode {
    let flags = try Kernel.control(descriptor, F_GETFL, "F_GETFL")
    return flags & O_NONBLOCK == 0 ? .blocking : .nonBlocking
  }

  /// Changes the blocking mode.
  ///
  /// Two system calls: `fcntl(2)` with `F_GETFL`, then `F_SETFL`.
  public borrowing func setBlockingMode(_ mode: BlockingMode) throws(SystemError) {
    let descriptor = descriptor
    let flags = try Kernel.control(descriptor, F_GETFL, "F_GETFL")
    let wanted = mode == .nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK
    if wanted == flags { return }
    try Kernel.call(
      "fcntl", on: descriptor, [.descriptor(descriptor), .constant(F_SETFL, "F_SETFL"), .openFlags(wanted)]
    ) { _ in
      Int(Glibc.fcntl(descriptor, F_SETFL, wanted))
    }
  }

  /// The number of bytes that can be read; for a datagram socket, those in the next datagram.
  ///
  /// Calls `ioctl(2)` with `SIOCINQ`.
  public borrowing func unreadByteCount() throws(SystemError) -> Int {
    try queue(UInt(SIOCINQ), "SIOCINQ")
  }

  /// The number of sent bytes that the peer has not acknowledged; on Unix sockets, has not read.
  ///
  /// Calls `ioctl(2)` with `SIOCOUTQ`.
  ///
  /// A FIN counts as one byte until it is acknowledged.
  public borrowing func unacknowledgedByteCount() throws(SystemError) -> Int {
    try queue(UInt(SIOCOUTQ), "SIOCOUTQ")
  }

  /// The number of bytes in the send buffer that have not been sent yet.
  ///
  /// Calls `ioctl(2)` with `SIOCOUTQNSD`, which TCP and MPTCP have.
  public borrowing func unsentByteCount() throws(SystemError) -> Int {
    // From linux/sockios.h.
    try queue(0x894B, "SIOCOUTQNSD")
  }

  /// Whether the next byte to read follows urgent data: `sockatmark(3)`.
  ///
  /// Calls `ioctl(2)` with `SIOCATMARK`.
  public borrowing func isAtUrgentMark() throws(SystemError) -> Bool {
    try queue(UInt(SIOCATMARK), "SIOCATMARK") != 0
  }

  private borrowing func queue(_ request: UInt, _ name: String) throws(SystemError) -> Int {
    let descriptor = descriptor
    var value: CInt = 0
    try Kernel.call(
      "ioctl", on: descriptor, about: name,
      [.descriptor(descriptor), .constant(Int(request), name: name), .list([.integer(Int(value))])]
    ) { _ in
      unsafe Int(Glibc.ioctl(descriptor, request, &value))
    }
    return Int(value)
  }
}
