extension SocketOption {
  /// `IPPROTO_IPV6`: ipv6(7), RFC 3493 and RFC 3542.
  static let ipv6Level: [SocketOption] = {
    let row = Rows(level: .ipv6, owners: .internet)
    let withMPTCP: Owners = [.internet, .mptcp]
    let hops: Kind = .choice(["default": -1], in: 0...255)
    return [
      row(
        "IP6T_SO_ORIGINAL_DST", 80, .bytes(capacity: 28), .readOnly, on: [.tcp, .sctp],
        "the original destination of a redirected connection"),
      row("IPV6_2292DSTOPTS", 4, .flag, "receive destination options, as in RFC 2292"),
      row("IPV6_2292HOPLIMIT", 8, .flag, "receive the hop limit, as in RFC 2292"),
      row("IPV6_2292HOPOPTS", 3, .flag, "receive hop-by-hop options, as in RFC 2292"),
      row("IPV6_2292PKTINFO", 2, .flag, "receive where each datagram arrived, as in RFC 2292"),
      row(
        "IPV6_2292PKTOPTIONS", 6, .bytes(capacity: 256), on: [.tcp, .sctpStream],
        "control messages for every packet, as in RFC 2292"),
      row("IPV6_2292RTHDR", 5, .flag, "receive the routing header, as in RFC 2292"),
      row(
        "IPV6_ADDRFORM", 1, .constant(AddressFamily.names), on: [.tcp, .udp],
        "turn a socket connected to an IPv4-mapped address into an AF_INET one",
        condition: "it takes AF_INET, on a socket that is connected to IPv4"),
      row(
        "IPV6_ADDR_PREFERENCES", 72,
        .bits(
          ["tmp": 1, "public": 2, "pubtmp-default": 0x100, "coa": 4, "home": 0x400, "cga": 8, "non-cga": 0x800],
          in: 0...0xfff), "preferences for the source address: RFC 5014", condition: "some of these exclude each other"),
      row("IPV6_AUTOFLOWLABEL", 70, .flag, "set a flow label automatically"),
      row(
        "IPV6_CHECKSUM", 7, .number(-1...65534), on: .raw,
        "the offset of the checksum that the kernel computes; -1 for none",
        condition: "the place is an even number, and ICMPv6 has its checksum anyway"),
      row("IPV6_DONTFRAG", 62, .flag, "do not fragment sent datagrams"),
      row(
        "IPV6_DSTOPTS", 59, .bytes(capacity: 2048), "the destination options of sent packets", requires: "CAP_NET_RAW"),
      row("IPV6_FLOWINFO", 11, .flag, "receive IPV6_FLOWINFO: traffic class and flow label"),
      row("IPV6_FLOWINFO_SEND", 33, .flag, "send the flow label of the address"),
      row("IPV6_FLOWLABEL_MGR", 32, .bytes(capacity: 32), .writeOnly, "request, renew or release a flow label"),
      row("IPV6_FREEBIND", 78, .flag, on: withMPTCP, "allow binding to an address that this host does not have yet"),
      row("IPV6_HDRINCL", 36, .flag, on: .raw, "the sender writes the IPv6 header"),
      row(
        "IPV6_HOPOPTS", 54, .bytes(capacity: 2048), "the hop-by-hop options of sent packets", requires: "CAP_NET_RAW"),
      row(
        "IPV6_IPSEC_POLICY", 34, .bytes(capacity: 256), .writeOnly,
        "the IPsec policy, in the format of PF_KEY", requires: "CAP_NET_ADMIN"),
      row(
        "IPV6_JOIN_ANYCAST", 27, .structure(.hostAndInterface), .writeOnly, on: .multicast,
        "join an anycast group", requires: "CAP_NET_ADMIN"),
      row(
        "IPV6_JOIN_GROUP", 20, .membership(.group, .ipv6), .writeOnly, on: .multicast,
        "join a multicast group: GROUP@INTERFACE"),
      row(
        "IPV6_LEAVE_ANYCAST", 28, .structure(.hostAndInterface), .writeOnly, on: .multicast, "leave an anycast group"),
      row("IPV6_LEAVE_GROUP", 21, .membership(.group, .ipv6), .writeOnly, on: .multicast, "leave a multicast group"),
      row("IPV6_MINHOPCOUNT", 73, .number(0...255), "drop packets with a lower hop limit: RFC 5082"),
      row("IPV6_MTU", 24, .size(), "the path MTU of a connected socket; when set, the limit for sending"),
      row("IPV6_MTU_DISCOVER", 23, .pathMTU, "path MTU discovery: whether packets may be fragmented"),
      row("IPV6_MULTICAST_ALL", 29, .flag, "receive every group joined on this host, not only by this socket"),
      row("IPV6_MULTICAST_HOPS", 18, hops, on: .multicast, "the hop limit of multicast datagrams"),
      row("IPV6_MULTICAST_IF", 17, .interface(.host), on: .multicast, "the outgoing interface of multicast"),
      row("IPV6_MULTICAST_LOOP", 19, .flag, "loop sent multicast back to this host"),
      row(
        "IPV6_PATHMTU", 61, .bytes(capacity: 32), .readOnly,
        "the path MTU of a connected socket, with its destination"),
      row(
        "IPV6_PKTINFO", 50, .structure(.hostAndInterface), .writeOnly,
        "the source address and interface of sent packets"),
      row("IPV6_RECVDSTOPTS", 58, .flag, "receive IPV6_DSTOPTS: destination options"),
      row("IPV6_RECVERR", 25, .flag, "queue detailed errors, for MSG_ERRQUEUE"),
      row("IPV6_RECVERR_RFC4884", 31, .flag, "queue the extensions of ICMP errors: RFC 4884"),
      row("IPV6_RECVFRAGSIZE", 77, .flag, "receive IPV6_RECVFRAGSIZE: the size of the largest fragment"),
      row("IPV6_RECVHOPLIMIT", 51, .flag, "receive IPV6_HOPLIMIT of each datagram"),
      row("IPV6_RECVHOPOPTS", 53, .flag, "receive IPV6_HOPOPTS: hop-by-hop options"),
      row(
        "IPV6_RECVORIGDSTADDR", 74, .flag, "receive IPV6_ORIGDSTADDR: the original destination of a redirected datagram"
      ),
      row("IPV6_RECVPATHMTU", 60, .flag, "receive IPV6_PATHMTU: changes of the path MTU"),
      row("IPV6_RECVPKTINFO", 49, .flag, "receive IPV6_PKTINFO: where each datagram arrived"),
      row("IPV6_RECVRTHDR", 56, .flag, "receive IPV6_RTHDR: the routing header"),
      row("IPV6_RECVTCLASS", 66, .flag, "receive IPV6_TCLASS of each datagram"),
      row(
        "IPV6_ROUTER_ALERT", 22, .number(-1...65535), on: .raw,
        "receive packets with the router alert option that would be forwarded"),
      row("IPV6_ROUTER_ALERT_ISOLATE", 30, .flag, "receive such packets only from the network namespace of the socket"),
      row("IPV6_RTHDR", 57, .bytes(capacity: 2048), "the routing header of sent packets"),
      row(
        "IPV6_RTHDRDSTOPTS", 55, .bytes(capacity: 2048), "the options before the routing header",
        requires: "CAP_NET_RAW"),
      row("IPV6_TCLASS", 67, .typeOfService, "the DSCP and ECN bits of sent packets"),
      row(
        "IPV6_TRANSPARENT", 75, .flag, on: withMPTCP, "allow binding to addresses of other hosts (TPROXY)",
        requires: "CAP_NET_ADMIN or CAP_NET_RAW"),
      row("IPV6_UNICAST_HOPS", 16, hops, "the hop limit of sent packets"),
      row("IPV6_UNICAST_IF", 76, .interface(.network), "the outgoing interface of unicast packets"),
      row(
        "IPV6_V6ONLY", 26, .flag, on: withMPTCP, "carry IPv6 only; off: IPv4 too; set it before bind",
        condition: "it is set before the socket is bound, and raw ones are bound from the beginning"),
      row(
        "IPV6_XFRM_POLICY", 35, .bytes(capacity: 256), .writeOnly, "the IPsec policy of the socket",
        requires: "CAP_NET_ADMIN"),
      row(
        "MCAST_BLOCK_SOURCE", 43, .membership(.requestOfSource, .ipv6), .writeOnly, on: .multicast,
        "block one source of a joined group"),
      row("MCAST_JOIN_GROUP", 42, .membership(.request, .ipv6), .writeOnly, on: .multicast, "join a multicast group"),
      row(
        "MCAST_JOIN_SOURCE_GROUP", 46, .membership(.requestOfSource, .ipv6), .writeOnly, on: .multicast,
        "receive one source of a multicast group"),
      row("MCAST_LEAVE_GROUP", 45, .membership(.request, .ipv6), .writeOnly, on: .multicast, "leave a multicast group"),
      row(
        "MCAST_LEAVE_SOURCE_GROUP", 47, .membership(.requestOfSource, .ipv6), .writeOnly, on: .multicast,
        "stop receiving one source of a multicast group"),
      row(
        "MCAST_MSFILTER", 48, .bytes(capacity: 272), .writeOnly, on: .multicast,
        "the sources of a group: struct group_filter"),
      row(
        "MCAST_UNBLOCK_SOURCE", 44, .membership(.requestOfSource, .ipv6), .writeOnly, on: .multicast,
        "unblock a source that was blocked"),
    ]
  }()
}
