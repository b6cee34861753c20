import CSocketShims
import Glibc

extension Socket {
  /// What ``connect(to:)`` came to.
  public enum ConnectResult: Hashable, Sendable {
    /// The connection stands; for datagrams, the peer is set.
    case connected
    /// It is being made: wait until the socket is writable, then call ``finishConnecting(to:)``.
    case inProgress
  }

  /// Connects to a peer; on a datagram socket, sets whom it sends to and receives from.
  ///
  /// Calls `connect(2)`. On a blocking socket that a signal interrupts the connection goes on by itself, and the answer
  /// is ``ConnectResult/inProgress`` (calling again would be `EALREADY`).
  ///
  /// - Throws: `ECONNREFUSED`, `ETIMEDOUT`, `EHOSTUNREACH`, `ENETUNREACH`, `EADDRNOTAVAIL` (no local port left),
  ///   `EACCES`, `EPERM` (a firewall), `EISCONN` (it is connected already); on Unix sockets `ENOENT`, `EPROTOTYPE` (another type), `EAGAIN` (backlog full).
  public borrowing func connect(to address: SocketAddress) throws(SystemError) -> ConnectResult {
    let descriptor = descriptor
    let (_, error) = Kernel.attempt(
      "connect", on: descriptor, interruption: .report, [.descriptor(descriptor), .address(address)]
    ) { _ in
      unsafe address.withSockaddr { pointer, length in unsafe Int(Glibc.connect(descriptor, pointer, length)) }
    }
    switch error {
    case nil: return .connected
    case .inProgress, .interrupted, .alreadyInProgress: return .inProgress
    case let error?: throw SystemError(call: "connect", number: error, subject: "to \(address)")
    }
  }

  /// Tells how a connection ended that was in progress, once the socket is writable.
  ///
  /// Calls `getsockopt(2)` for `SO_ERROR`.
  public borrowing func finishConnecting(to address: SocketAddress) throws(SystemError) {
    if let error = try pendingError() {
      throw SystemError(call: "connect", number: error, subject: "to \(address)")
    }
  }

  /// Takes the error that waits on the socket, and clears it: a refused connection or datagram, a reset.
  ///
  /// Calls `getsockopt(2)` for `SO_ERROR`.
  public borrowing func pendingError() throws(SystemError) -> ErrorNumber? {
    let descriptor = descriptor
    var value: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    try Kernel.call("getsockopt", on: descriptor, SystemCallArgument.option(descriptor, SOL_SOCKET, SO_ERROR, value)) {
      _ in
      unsafe Int(Glibc.getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &value, &length))
    }
    return value == 0 ? nil : ErrorNumber(rawValue: value)
  }

  /// Forgets the peer of a datagram socket.
  ///
  /// Calls `connect(2)` with `AF_UNSPEC`.
  public borrowing func disconnect() throws(SystemError) {
    let descriptor = descriptor
    var address = sockaddr()
    address.sa_family = sa_family_t(AF_UNSPEC)
    try Kernel.call(
      "connect", on: descriptor, about: "to AF_UNSPEC", [.descriptor(descriptor), .address(SocketAddress())]
    ) { _ in
      unsafe Int(Glibc.connect(descriptor, &address, socklen_t(MemoryLayout<sockaddr>.size)))
    }
  }
}
