import Glibc

extension Socket {
  /// Where a connection was going before the firewall redirected it to this socket.
  ///
  /// Calls `getsockname(2)`, and `getsockopt(2)` for `SO_ORIGINAL_DST` or `IP6T_SO_ORIGINAL_DST`.
  ///
  /// - Throws: `ENOENT` if connection tracking does not know the connection; `ENOPROTOOPT` if there is none.
  public borrowing func originalDestination() throws(SystemError) -> SocketAddress {
    // An IPv6 socket may have a connection over IPv4.
    let isVersion6 = try localAddress().unmapped.family == .ipv6
    let bytes = try getOption(
      level: isVersion6 ? .ipv6 : .ip, number: 80, capacity: isVersion6 ? 28 : 16,
      about: isVersion6 ? "IP6T_SO_ORIGINAL_DST" : "SO_ORIGINAL_DST")
    guard let address = try? SocketAddress(bytes: bytes), address.port != nil else {
      throw SystemError(call: "getsockopt", number: .noEntry, subject: "SO_ORIGINAL_DST")
    }
    return address
  }
}
