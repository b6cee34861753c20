extension SocketOption {
  /// `IPPROTO_IP`: ip(7).
  static let ipLevel: [SocketOption] = {
    let row = Rows(level: .ip, owners: .internet)
    let withMPTCP: Owners = [.internet, .mptcp]
    let ttl = 1...255
    return [
      row(
        "IP_ADD_MEMBERSHIP", 35, .membership(.group, .ipv4), .writeOnly, on: .multicast,
        "join a multicast group: GROUP@INTERFACE"),
      row(
        "IP_ADD_SOURCE_MEMBERSHIP", 39, .membership(.groupOfSource, .ipv4), .writeOnly, on: .multicast,
        "receive one source of a multicast group"),
      row("IP_BIND_ADDRESS_NO_PORT", 24, .flag, on: withMPTCP, "let connect choose the port after a bind to port 0"),
      row(
        "IP_BLOCK_SOURCE", 38, .membership(.groupOfSource, .ipv4), .writeOnly, on: .multicast,
        "block one source of a joined group"),
      row("IP_CHECKSUM", 23, .flag, "receive IP_CHECKSUM: the checksum of each datagram's data"),
      row("IP_DROP_MEMBERSHIP", 36, .membership(.group, .ipv4), .writeOnly, on: .multicast, "leave a multicast group"),
      row(
        "IP_DROP_SOURCE_MEMBERSHIP", 40, .membership(.groupOfSource, .ipv4), .writeOnly, on: .multicast,
        "stop receiving one source of a multicast group"),
      row("IP_FREEBIND", 15, .flag, on: withMPTCP, "allow binding to an address that this host does not have yet"),
      row("IP_HDRINCL", 3, .flag, on: .raw, "the sender writes the IP header"),
      row(
        "IP_IPSEC_POLICY", 16, .bytes(capacity: 256), .writeOnly,
        "the IPsec policy, in the format of PF_KEY", requires: "CAP_NET_ADMIN"),
      row(
        "IP_LOCAL_PORT_RANGE", 51, .structure(.portRange), on: withMPTCP,
        "the range that ephemeral ports are chosen from (Linux 6.3)"),
      row("IP_MINTTL", 21, .number(0...255), "drop packets with a lower TTL: RFC 5082"),
      row(
        "IP_MSFILTER", 41, .bytes(capacity: 272), .writeOnly, on: .multicast,
        "the sources of a group: struct ip_msfilter"),
      row("IP_MTU", 14, .size(), .readOnly, "the path MTU of a connected socket"),
      row("IP_MTU_DISCOVER", 10, .pathMTU, "path MTU discovery: whether packets may be fragmented"),
      row("IP_MULTICAST_ALL", 49, .flag, "receive every group joined on this host, not only by this socket"),
      row("IP_MULTICAST_IF", 32, .ipv4Interface, on: .multicast, "the outgoing interface of multicast"),
      row("IP_MULTICAST_LOOP", 34, .flag, "loop sent multicast back to this host"),
      row("IP_MULTICAST_TTL", 33, .number(0...255), on: .multicast, "the TTL of multicast datagrams"),
      row("IP_NODEFRAG", 22, .flag, on: .raw, "do not reassemble fragments in netfilter; raw sockets only"),
      row("IP_OPTIONS", 4, .bytes(capacity: 40), "the IP options of sent packets"),
      row("IP_PASSSEC", 18, .flag, "receive SCM_SECURITY: the sender's security label"),
      row("IP_PKTINFO", 8, .flag, "receive IP_PKTINFO: where each datagram arrived"),
      row(
        "IP_PKTOPTIONS", 9, .bytes(capacity: 256), .readOnly, on: [.tcp, .sctpStream],
        "control messages of the last packet"),
      row("IP_PROTOCOL", 52, .number, .readOnly, on: .raw, "the protocol that the socket was created with"),
      row("IP_RECVERR", 11, .flag, "queue detailed errors, for MSG_ERRQUEUE"),
      row("IP_RECVERR_RFC4884", 26, .flag, "queue the extensions of ICMP errors: RFC 4884"),
      row(
        "IP_RECVFRAGSIZE", 25, .flag, on: [.datagrams, .raw],
        "receive IP_RECVFRAGSIZE: the size of the largest fragment"),
      row("IP_RECVOPTS", 6, .flag, "receive IP_OPTIONS of each datagram"),
      row("IP_RECVORIGDSTADDR", 20, .flag, "receive IP_ORIGDSTADDR: the original destination of a redirected datagram"),
      row("IP_RECVTOS", 13, .flag, "receive IP_TOS of each datagram"),
      row("IP_RECVTTL", 12, .flag, "receive IP_TTL of each datagram"),
      row("IP_RETOPTS", 7, .flag, "receive IP_OPTIONS of each datagram, unprocessed"),
      row(
        "IP_ROUTER_ALERT", 5, .flag, on: .raw, "receive packets with the router alert option that would be forwarded"),
      row("IP_TOS", 1, .typeOfService, on: withMPTCP, "the DSCP and ECN bits of sent packets"),
      row(
        "IP_TRANSPARENT", 19, .flag, on: withMPTCP, "allow binding to addresses of other hosts (TPROXY)",
        requires: "CAP_NET_ADMIN or CAP_NET_RAW"),
      row("IP_TTL", 2, .choice(["default": -1], in: ttl), "the TTL of sent packets"),
      row(
        "IP_UNBLOCK_SOURCE", 37, .membership(.groupOfSource, .ipv4), .writeOnly, on: .multicast,
        "unblock a source that IP_BLOCK_SOURCE blocked"),
      row("IP_UNICAST_IF", 50, .interface(.network), "the outgoing interface of unicast packets"),
      row(
        "IP_XFRM_POLICY", 17, .bytes(capacity: 256), .writeOnly, "the IPsec policy of the socket",
        requires: "CAP_NET_ADMIN"),
      row(
        "MCAST_BLOCK_SOURCE", 43, .membership(.requestOfSource, .ipv4), .writeOnly, on: .multicast,
        "block one source of a joined group"),
      row("MCAST_JOIN_GROUP", 42, .membership(.request, .ipv4), .writeOnly, on: .multicast, "join a multicast group"),
      row(
        "MCAST_JOIN_SOURCE_GROUP", 46, .membership(.requestOfSource, .ipv4), .writeOnly, on: .multicast,
        "receive one source of a multicast group"),
      row("MCAST_LEAVE_GROUP", 45, .membership(.request, .ipv4), .writeOnly, on: .multicast, "leave a multicast group"),
      row(
        "MCAST_LEAVE_SOURCE_GROUP", 47, .membership(.requestOfSource, .ipv4), .writeOnly, on: .multicast,
        "stop receiving one source of a multicast group"),
      row(
        "MCAST_MSFILTER", 48, .bytes(capacity: 272), .writeOnly, on: .multicast,
        "the sources of a group: struct group_filter"),
      row(
        "MCAST_UNBLOCK_SOURCE", 44, .membership(.requestOfSource, .ipv4), .writeOnly, on: .multicast,
        "unblock a source that was blocked"),
      row(
        "SO_ORIGINAL_DST", 80, .bytes(capacity: 16), .readOnly, on: [.tcp, .sctp],
        "the original destination of a redirected connection"),
    ]
  }()
}

extension SocketOption.Kind {
  /// `IP_PMTUDISC_*`, the same in IPv6.
  static let pathMTU = choice(
    ["dont": 0, "want": 1, "do": 2, "probe": 3, "interface": 4, "omit": 5], in: 0...5)

  /// The byte of DSCP and ECN: the service classes of RFC 4594 and RFC 8622, and the older names of RFC 1349.
  static let typeOfService = choice(
    [
      "lowdelay": 0x10, "throughput": 0x08, "le": 0x04, "reliability": 0x04, "mincost": 0x02, "ef": 0xb8,
      "cs0": 0x00, "cs1": 0x20, "cs2": 0x40, "cs3": 0x60, "cs4": 0x80, "cs5": 0xa0, "cs6": 0xc0, "cs7": 0xe0,
      "af11": 0x28, "af12": 0x30, "af13": 0x38, "af21": 0x48, "af22": 0x50, "af23": 0x58,
      "af31": 0x68, "af32": 0x70, "af33": 0x78, "af41": 0x88, "af42": 0x90, "af43": 0x98,
    ], in: 0...255)
}
