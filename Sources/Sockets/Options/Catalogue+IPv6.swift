extension SocketOption {
  /// `IPPROTO_IPV6`: ipv6(7), RFC 3493 and RFC 3542.
  static let ipv6Level: [SocketOption] = {
    let row = Rows(level: .ipv6, owners: .internet)
    let withMPTCP: Owners = [.internet, .mptcp]
    let hops: Kind = .choice(["default": -1], in: 0...255)
    return [
      row("IPV6_ADDR_PREFERENCES", 72, .number, "which source address to take: RFC 5014"),
      row("IPV6_AUTOFLOWLABEL", 70, .flag, "give sent packets a flow label"),
      row("IPV6_DONTFRAG", 62, .flag, "do not fragment sent datagrams"),
      row("IPV6_FLOWINFO", 11, .flag, "receive IPV6_FLOWINFO: traffic class and flow label"),
      row("IPV6_FLOWINFO_SEND", 33, .flag, "send the flow label of the address"),
      row("IPV6_FREEBIND", 78, .flag, on: withMPTCP, "bind to an address that this host does not have yet"),
      row("IPV6_JOIN_GROUP", 20, .membership, .writeOnly, on: .datagrams, "join a multicast group: GROUP%INTERFACE"),
      row("IPV6_LEAVE_GROUP", 21, .membership, .writeOnly, on: .datagrams, "leave a multicast group"),
      row("IPV6_MINHOPCOUNT", 73, .number(0...255), "drop packets with a lower hop limit: RFC 5082"),
      row("IPV6_MTU", 24, .size(), "the MTU of the path of a connected socket; set, the most to send"),
      row("IPV6_MTU_DISCOVER", 23, .pathMTU, "whether packets may be fragmented"),
      row("IPV6_MULTICAST_ALL", 29, .flag, "receive every group that this host has joined, not only the socket's"),
      row("IPV6_MULTICAST_HOPS", 18, hops, on: .datagrams, "the hops of multicast datagrams"),
      row("IPV6_MULTICAST_IF", 17, .interface(.host), on: .datagrams, "the interface that multicast leaves by"),
      row("IPV6_MULTICAST_LOOP", 19, .flag, "deliver sent multicast on this host too"),
      row("IPV6_RECVDSTOPTS", 58, .flag, "receive IPV6_DSTOPTS: destination options"),
      row("IPV6_RECVERR", 25, .flag, "queue errors with their cause, for MSG_ERRQUEUE"),
      row("IPV6_RECVFRAGSIZE", 77, .flag, "receive IPV6_RECVFRAGSIZE: the largest fragment of each datagram"),
      row("IPV6_RECVHOPLIMIT", 51, .flag, "receive IPV6_HOPLIMIT of each datagram"),
      row("IPV6_RECVHOPOPTS", 53, .flag, "receive IPV6_HOPOPTS: hop-by-hop options"),
      row("IPV6_RECVORIGDSTADDR", 74, .flag, "receive IPV6_ORIGDSTADDR: where a redirected datagram was sent to"),
      row("IPV6_RECVPATHMTU", 60, .flag, "receive IPV6_PATHMTU: a new MTU of the path"),
      row("IPV6_RECVPKTINFO", 49, .flag, "receive IPV6_PKTINFO: where each datagram arrived"),
      row("IPV6_RECVRTHDR", 56, .flag, "receive IPV6_RTHDR: the routing header"),
      row("IPV6_RECVTCLASS", 66, .flag, "receive IPV6_TCLASS of each datagram"),
      row("IPV6_TCLASS", 67, .typeOfService, "the DSCP and ECN bits of sent packets"),
      row("IPV6_TRANSPARENT", 75, .flag, on: withMPTCP, "bind to foreign addresses; needs CAP_NET_ADMIN"),
      row("IPV6_UNICAST_HOPS", 16, hops, "the hops that sent packets may take"),
      row("IPV6_UNICAST_IF", 76, .interface(.network), "the interface that packets leave by"),
      row("IPV6_V6ONLY", 26, .flag, on: withMPTCP, "carry IPv6 only; off, IPv4 too. Before bind"),
    ]
  }()
}
