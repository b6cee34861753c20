extension Socket {
  /// Opens a socket for ICMP echo: a ping socket, which needs no privilege if the system allows it for the group, or
  /// else a raw one.
  ///
  /// Calls `socket(2)` with `SOCK_DGRAM` and `IPPROTO_ICMP` or `IPPROTO_ICMPV6`, and if that is not permitted, with
  /// `SOCK_RAW`.
  ///
  /// - Throws: `EPERM` if neither is permitted: the first requires a group in `net.ipv4.ping_group_range`, the second
  ///   `CAP_NET_RAW`.
  public static func openEcho(_ family: AddressFamily, mode: BlockingMode = .blocking) throws(SystemError) -> Socket {
    let number: TransportProtocol = family == .ipv6 ? .icmpv6 : .icmp
    do throws(SystemError) {
      return try open(family, .datagram, number, mode: mode)
    } catch {
      guard error.number == .permissionDenied || error.number == .notPermitted else { throw error }
      return try open(family, .raw, number, mode: mode)
    }
  }
}
