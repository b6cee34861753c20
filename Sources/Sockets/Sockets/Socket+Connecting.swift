import CSocketShims
import Glibc

extension Socket {
  /// The result of ``connect(to:)``.
  public enum ConnectResult: Hashable, Sendable {
    /// The connection is established; for datagrams, the peer is set.
    case connected
    /// The connection is in progress: wait until the socket is writable, then call ``finishConnecting(to:)``.
    case inProgress
  }

  /// Connects to a peer. On a datagram socket, sets the address to send to and receive from.
  ///
  /// Calls `connect(2)`. If a signal interrupts it on a blocking socket, the connection proceeds in the background and
  /// the result is ``ConnectResult/inProgress`` (another call would fail with `EALREADY`).
  ///
  /// - Throws: `ECONNREFUSED`, `ETIMEDOUT`, `EHOSTUNREACH`, `ENETUNREACH`, `EADDRNOTAVAIL` (no local port left),
  ///   `EACCES`, `EPERM` (a firewall), `EISCONN` (already connected); on Unix sockets `ENOENT`, `EPROTOTYPE` (a socket
  ///   of another type), `EAGAIN` (backlog full).
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

  /// Throws if a connection in progress has failed, once the socket is writable.
  ///
  /// Calls `getsockopt(2)` for `SO_ERROR`.
  public borrowing func finishConnecting(to address: SocketAddress) throws(SystemError) {
    if let error = try pendingError() {
      throw SystemError(call: "connect", number: error, subject: "to \(address)")
    }
  }

  /// Returns and clears the pending error of the socket: a refused connection or datagram, a reset.
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

  /// Removes the peer of a connected datagram socket.
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
