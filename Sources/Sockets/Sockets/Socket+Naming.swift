import Glibc

extension Socket {
  /// Assigns a local address.
  ///
  /// Calls `bind(2)`.
  ///
  /// - Throws: `EADDRINUSE`, `EADDRNOTAVAIL` (no such address on this host), `EACCES` (a port below
  ///   `ip_unprivileged_port_start`, or a directory), and for Unix paths `ENOENT`, `ENOTDIR`, `EROFS`.
  public borrowing func bind(to address: SocketAddress) throws(SystemError) {
    let descriptor = descriptor
    try Kernel.call(
      "bind", on: descriptor, about: "to \(address.briefDescription)",
      [.descriptor(descriptor), .address(address)]
    ) { _ in
      unsafe address.withSockaddr { pointer, length in unsafe Int(Glibc.bind(descriptor, pointer, length)) }
    }
  }

  /// The length of the queue if none is given: `SOMAXCONN`, and the usual `net.core.somaxconn`.
  public static let usualBacklog = 4096

  /// Listens for connections.
  ///
  /// Calls `listen(2)`.
  ///
  /// - Parameter backlog: how many connections may wait for ``accept(mode:)``, limited by `net.core.somaxconn` (4096).
  ///   When the queue is full, further SYNs are dropped, and the peers retransmit them after a second.
  public borrowing func listen(backlog: Int = usualBacklog) throws(SystemError) {
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

  /// The source address that the kernel would use for a peer; nil if no route leads there.
  ///
  /// Connects another socket like this one, without sending anything: `socket(2)`, `connect(2)`, `getsockname(2)`.
  /// Options that affect routing, such as `SO_MARK`, are not considered.
  public borrowing func sourceAddress(for peer: SocketAddress) -> IPAddress? {
    guard transport.reportsNetworkErrors, let other = try? Socket.open(family, type, protocolNumber),
      (try? other.connect(to: peer)) == .connected, let local = try? other.localAddress()
    else { return nil }
    return IPAddress(local)
  }
}
