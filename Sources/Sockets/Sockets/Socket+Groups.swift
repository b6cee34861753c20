extension Socket {
  /// Joins a multicast group: its datagrams that come by the interface are received.
  ///
  /// Calls `setsockopt(2)` with `MCAST_JOIN_GROUP`, with a source `MCAST_JOIN_SOURCE_GROUP` (RFC 3678).
  ///
  /// - Throws: `ENODEV` where no interface or route leads to the group; `EADDRINUSE` where it is joined already;
  ///   `ENOBUFS` past `net.ipv4.igmp_max_memberships` or `igmp_max_msf`; `EINVAL` for a group of the other family.
  public borrowing func join(_ membership: GroupMembership) throws(SystemError) {
    let bytes = membership.bytes(for: membership.source == nil ? .request : .requestOfSource)
    try setOption(
      level: membership.group.family == .ipv6 ? .ipv6 : .ip, number: membership.source == nil ? 42 : 46,
      bytes: bytes.span, about: "joining \(membership)")
  }
}
