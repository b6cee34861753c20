extension Socket {
  /// Joins a multicast group: its datagrams that come by the interface are received.
  ///
  /// Calls `setsockopt(2)` with `MCAST_JOIN_GROUP`, with a source `MCAST_JOIN_SOURCE_GROUP` (RFC 3678).
  ///
  /// - Throws: `ENODEV` where no interface or route leads to the group; `EADDRINUSE` where it is joined already;
  ///   `ENOBUFS` past `net.ipv4.igmp_max_memberships` or `igmp_max_msf`; `EINVAL` for a group of the other family.
  public borrowing func join(_ membership: GroupMembership) throws(SystemError) {
    // struct group_req: the index, and a sockaddr_storage at the next multiple of eight; group_source_req has two.
    var bytes: [UInt8] = .storing(membership.interface) + [0, 0, 0, 0] + Self.storage(membership.group)
    if let source = membership.source { bytes += Self.storage(source) }
    try setOption(
      level: membership.group.family == .ipv6 ? .ipv6 : .ip, number: membership.source == nil ? 42 : 46,
      bytes: bytes.span, about: "joining \(membership)")
  }

  /// `struct sockaddr_storage`.
  private static func storage(_ address: IPAddress) -> [UInt8] {
    let bytes =
      switch address {
      case .ipv4(let address): SocketAddress.ipv4(address, port: 0).bytes
      case .ipv6(let address): SocketAddress.ipv6(address, port: 0).bytes
      }
    return bytes + [UInt8](repeating: 0, count: 128 - bytes.count)
  }
}
