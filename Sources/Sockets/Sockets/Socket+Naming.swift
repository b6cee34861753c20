import Glibc

extension Socket {
  /// Gives the socket its local address.
  ///
  /// Calls `bind(2)`.
  ///
  /// - Throws: `EADDRINUSE`, `EADDRNOTAVAIL` (no such address on this host), `EACCES` (a port below
  ///   `ip_unprivileged_port_start`, or a directory), and for Unix paths `ENOENT`, `ENOTDIR`, `EROFS`.
  public borrowing func bind(to address: SocketAddress) throws(SystemError) {
    let descriptor = descriptor
    try Kernel.call("bind", on: descriptor, about: "to \(address)", [.descriptor(descriptor), .address(address)]) { _ in
      unsafe address.withSockaddr { pointer, length in unsafe Int(Glibc.bind(descriptor, pointer, length)) }
    }
  }

  /// Lets peers connect.
  ///
  /// Calls `listen(2)`.
  ///
  /// - Parameter backlog: how many connections may wait for ``accept(mode:)``; the kernel takes
  ///   `net.core.somaxconn` (4096) at most. When they are full, further SYNs are dropped and come again after a second.
  public borrowing func listen(backlog: Int = 4096) throws(SystemError) {
    let descriptor = descriptor
    try Kernel.call("listen", on: descriptor, [.descriptor(descriptor), .integer(backlog)]) { _ in
      Int(Glibc.listen(descriptor, CInt(clamping: backlog)))
    }
  }

  /// The local address.
  ///
  /// Calls `getsockname(2)`.
  public borrowing func localAddress() throws(SystemError) -> SocketAddress {
    let descriptor = descriptor
    var address = SocketAddress()
    try Kernel.call("getsockname", on: descriptor, [.descriptor(descriptor), .address(address)]) { _ in
      unsafe address.withMutableSockaddr { pointer, length in
        unsafe Int(Glibc.getsockname(descriptor, pointer, length))
      }
    }
    return address
  }

  /// The peer's address.
  ///
  /// Calls `getpeername(2)`.
  ///
  /// - Throws: `ENOTCONN` before a connection and after a reset.
  public borrowing func peerAddress() throws(SystemError) -> SocketAddress {
    let descriptor = descriptor
    var address = SocketAddress()
    try Kernel.call("getpeername", on: descriptor, [.descriptor(descriptor), .address(address)]) { _ in
      unsafe address.withMutableSockaddr { pointer, length in
        unsafe Int(Glibc.getpeername(descriptor, pointer, length))
      }
    }
    return address
  }

  /// The address of this host that the kernel would send from to this peer; nil where no route leads there.
  ///
  /// Makes another socket like this one, which it connects without sending anything: `socket(2)`, `connect(2)`,
  /// `getsockname(2)`. What the routes make of options such as `SO_MARK` is left out.
  public borrowing func usualSource(towards peer: SocketAddress) -> IPAddress? {
    guard transport.hearsOfNetworkErrors, let other = try? Socket.open(family, type, protocolNumber),
      (try? other.connect(to: peer)) == .connected, let local = try? other.localAddress()
    else { return nil }
    return IPAddress(local)
  }
}
