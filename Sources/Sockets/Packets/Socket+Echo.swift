extension Socket {
  /// Makes a socket for ICMP echo: one that needs no privilege where the system lets this group have it, else a raw one.
  ///
  /// Calls `socket(2)` for `SOCK_DGRAM` with `IPPROTO_ICMP` or `IPPROTO_ICMPV6`, and where that is not permitted for
  /// `SOCK_RAW`.
  ///
  /// - Throws: `EPERM` where neither is permitted: the first needs a group of `net.ipv4.ping_group_range`, the second
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
