extension SocketOption {
  /// Options of raw sockets beyond those of IP: ICMP filters, and multicast routing.
  static let rawLevel: [SocketOption] = icmpFilters + multicastRouting + multicastRoutingIPv6

  private static let icmpFilters = [
    Rows(level: .raw, owners: .raw)("ICMP_FILTER", 1, .typeFilter(4), "the ICMP types to block"),
    Rows(level: .icmpv6, owners: .raw)(
      "ICMPV6_FILTER", 1, .typeFilter(32), "the ICMPv6 types to block"),
  ]

  /// `MRT_*` of linux/mroute.h: for a socket of `IPPROTO_IGMP`.
  private static let multicastRouting: [SocketOption] = {
    let row = Rows(level: .ip, owners: .raw)
    return [
      row("MRT_ADD_MFC", 204, .bytes(capacity: 60), .writeOnly, "add a route for a group: struct mfcctl"),
      row("MRT_ADD_MFC_PROXY", 210, .bytes(capacity: 60), .writeOnly, "add a route for any group (proxy)"),
      row("MRT_ADD_VIF", 202, .bytes(capacity: 16), .writeOnly, "add an interface to forward on: struct vifctl"),
      row("MRT_ASSERT", 207, .flag, "report packets that arrive on the wrong interface"),
      row("MRT_DEL_MFC", 205, .bytes(capacity: 60), .writeOnly, "delete a route for a group"),
      row("MRT_DEL_MFC_PROXY", 211, .bytes(capacity: 60), .writeOnly, "delete a route for any group (proxy)"),
      row("MRT_DEL_VIF", 203, .bytes(capacity: 16), .writeOnly, "delete an interface"),
      row("MRT_DONE", 201, .flag, .writeOnly, "stop multicast routing", condition: "it takes MRT_INIT=1 before it"),
      row("MRT_FLUSH", 212, .number(0...15), .writeOnly, "delete routes and interfaces: bits of MRT_FLUSH_*"),
      row(
        "MRT_INIT", 200, .number(1...1), .writeOnly, "start multicast routing", requires: "CAP_NET_ADMIN"),
      row("MRT_PIM", 208, .flag, "PIM mode"),
      row("MRT_TABLE", 209, .number(0...999_999_999), .writeOnly, "the number of the routing table"),
      row("MRT_VERSION", 206, .number, .readOnly, "the version of multicast routing, in hundredths"),
    ]
  }()

  /// `MRT6_*` of linux/mroute6.h: for a socket of `IPPROTO_ICMPV6`.
  private static let multicastRoutingIPv6: [SocketOption] = {
    let row = Rows(level: .ipv6, owners: .raw)
    return [
      row("MRT6_ADD_MFC", 204, .bytes(capacity: 92), .writeOnly, "add a route for a group: struct mf6cctl"),
      row("MRT6_ADD_MFC_PROXY", 210, .bytes(capacity: 92), .writeOnly, "add a route for any group (proxy)"),
      row("MRT6_ADD_MIF", 202, .bytes(capacity: 12), .writeOnly, "add an interface to forward on: struct mif6ctl"),
      row("MRT6_ASSERT", 207, .flag, "report packets that arrive on the wrong interface"),
      row("MRT6_DEL_MFC", 205, .bytes(capacity: 92), .writeOnly, "delete a route for a group"),
      row("MRT6_DEL_MFC_PROXY", 211, .bytes(capacity: 92), .writeOnly, "delete a route for any group (proxy)"),
      row("MRT6_DEL_MIF", 203, .bytes(capacity: 2), .writeOnly, "delete an interface, by its number"),
      row(
        "MRT6_DONE", 201, .flag, .writeOnly, "stop multicast routing", condition: "it takes MRT6_INIT=1 before it"),
      row("MRT6_FLUSH", 212, .number(0...15), .writeOnly, "delete routes and interfaces: bits of MRT6_FLUSH_*"),
      row(
        "MRT6_INIT", 200, .number(1...1), .writeOnly, "start multicast routing", requires: "CAP_NET_ADMIN"),
      row("MRT6_PIM", 208, .flag, "PIM mode"),
      row("MRT6_TABLE", 209, .number(0...999_999_999), .writeOnly, "the number of the routing table"),
      row("MRT6_VERSION", 206, .number, .readOnly, "the version of multicast routing, in hundredths"),
    ]
  }()
}
