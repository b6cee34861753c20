extension Socket {
  /// Joins a multicast group on an interface.
  ///
  /// Calls `setsockopt(2)` with `MCAST_JOIN_GROUP`, or with a source `MCAST_JOIN_SOURCE_GROUP` (RFC 3678).
  ///
  /// - Throws: `ENODEV` if no interface or route leads to the group; `EADDRINUSE` if it has already joined; `ENOBUFS`
  ///   beyond `net.ipv4.igmp_max_memberships` or `igmp_max_msf`; `EINVAL` for a group of the other family.
  public borrowing func join(_ membership: GroupMembership) throws(SystemError) {
    let bytes = membership.bytes(for: membership.source == nil ? .request : .requestOfSource)
    try setOption(
      level: membership.group.family == .ipv6 ? .ipv6 : .ip, number: membership.source == nil ? 42 : 46,
      bytes: bytes.span, about: "joining \(membership)")
  }
}
