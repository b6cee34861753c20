import CSocketShims
import Glibc

extension Socket {
  /// The mode of the open file, which every descriptor made from it by dup(2) or fork(2) shares.
  ///
  /// Calls `fcntl(2)` with `F_GETFL`.
  public borrowing func blockingMode() throws(SystemError) -> BlockingMode {
    let flags = try Kernel.control(descriptor, F_GETFL, "F_GETFL")
    return flags & O_NONBLOCK == 0 ? .blocking : .nonBlocking
  }

  /// Changes the mode.
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

  /// How many bytes wait to be read (of a datagram socket: in the next datagram).
  ///
  /// Calls `ioctl(2)` with `SIOCINQ`.
  public borrowing func unreadByteCount() throws(SystemError) -> Int {
    try queue(UInt(SIOCINQ), "SIOCINQ")
  }

  /// How many sent bytes the peer has not acknowledged; on Unix sockets, not read.
  ///
  /// Calls `ioctl(2)` with `SIOCOUTQ`.
  ///
  /// A FIN that was sent counts as one until it is acknowledged.
  public borrowing func unacknowledgedByteCount() throws(SystemError) -> Int {
    try queue(UInt(SIOCOUTQ), "SIOCOUTQ")
  }

  /// How many bytes wait to be sent: of those that the peer has not acknowledged, the ones that have not left at all.
  ///
  /// Calls `ioctl(2)` with `SIOCOUTQNSD`, which TCP and MPTCP have.
  public borrowing func unsentByteCount() throws(SystemError) -> Int {
    // Of linux/sockios.h.
    try queue(0x894B, "SIOCOUTQNSD")
  }

  /// Whether the next byte to read stands behind urgent data: `sockatmark(3)`.
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
