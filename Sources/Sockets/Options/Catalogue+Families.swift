// The levels of families and protocols with few options.
extension SocketOption {
  /// `SOL_DCCP`: RFC 4340. Linux had it until 6.15.
  static let dccpLevel: [SocketOption] = {
    let row = Rows(level: .dccp, owners: .dccp)
    return [
      row(
        "DCCP_SOCKOPT_AVAILABLE_CCIDS", 12, .bytes(capacity: 64), .readOnly, "the congestion controls of this kernel"),
      row(
        "DCCP_SOCKOPT_CCID", 13, .bytes(capacity: 64), .writeOnly, "the congestion controls to negotiate, best first"),
      row(
        "DCCP_SOCKOPT_CCID_RX_INFO", 128, .bytes(capacity: 64), .readOnly,
        "the state of the receiving congestion control"),
      row(
        "DCCP_SOCKOPT_CCID_TX_INFO", 192, .bytes(capacity: 64), .readOnly, "the state of the sending congestion control"
      ),
      row("DCCP_SOCKOPT_CHANGE_L", 3, .bytes(capacity: 64), .writeOnly, "obsolete, no effect"),
      row("DCCP_SOCKOPT_CHANGE_R", 4, .bytes(capacity: 64), .writeOnly, "obsolete, no effect"),
      row("DCCP_SOCKOPT_GET_CUR_MPS", 5, .size(), .readOnly, "the current maximum packet size"),
      row("DCCP_SOCKOPT_PACKET_SIZE", 1, .size(), "obsolete, no effect"),
      row("DCCP_SOCKOPT_QPOLICY_ID", 16, .choice(["simple": 0, "prio": 1], in: 0...1), "the queueing policy"),
      row(
        "DCCP_SOCKOPT_QPOLICY_TXQLEN", 17, .number(0...Int(CInt.max), unit: "packets"), "the limit of the send queue"),
      row(
        "DCCP_SOCKOPT_RECV_CSCOV", 11, .number(0...15), "the least checksum coverage accepted: 0 full, 1 the header …"),
      row("DCCP_SOCKOPT_RX_CCID", 15, .number(0...255), "the congestion control of the receiving half"),
      row(
        "DCCP_SOCKOPT_SEND_CSCOV", 10, .number(0...15), "the checksum coverage of sent packets: 0 full, 1 the header …"),
      row("DCCP_SOCKOPT_SERVER_TIMEWAIT", 6, .flag, "let the server hold the TIMEWAIT state"),
      row("DCCP_SOCKOPT_SERVICE", 2, .serviceCodes, "the service code that both ends must have"),
      row("DCCP_SOCKOPT_TX_CCID", 14, .number(0...255), "the congestion control of the sending half"),
    ]
  }()

  /// `AF_VSOCK`: vsock(7).
  static let vsockLevel: [SocketOption] = {
    let row = Rows(level: .vsock, owners: .vsock)
    return [
      row("SO_VM_SOCKETS_BUFFER_MAX_SIZE", 2, .wide(unit: "bytes"), "the maximum buffer size"),
      row("SO_VM_SOCKETS_BUFFER_MIN_SIZE", 1, .wide(unit: "bytes"), "the minimum buffer size"),
      row("SO_VM_SOCKETS_BUFFER_SIZE", 0, .wide(unit: "bytes"), "the receive buffer"),
      row("SO_VM_SOCKETS_CONNECT_TIMEOUT", 6, .timeval, "the timeout of connect"),
      row("SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW", 8, .timeval, "the same with a 64-bit time on every architecture"),
      row("SO_VM_SOCKETS_NONBLOCK_TXRX", 7, .flag, "for kernel users on a hypervisor only"),
      row(
        "SO_VM_SOCKETS_PEER_HOST_VM_ID", 3, .number, .readOnly,
        "the identifier of the peer's virtual machine; VMCI hosts only"),
      row("SO_VM_SOCKETS_TRUSTED", 5, .flag, .readOnly, "whether the process is trusted; VMCI only"),
    ]
  }()

  /// `SOL_TIPC`.
  static let tipcLevel: [SocketOption] = {
    let row = Rows(level: .tipc, owners: .tipc)
    let importance: Kind = .choice(["low": 0, "medium": 1, "high": 2, "critical": 3], in: 0...3)
    let messages: Kind = .number(0...Int(CInt.max), unit: "messages")
    return [
      row("TIPC_CONN_TIMEOUT", 130, .duration(.milliseconds), "the timeout of connect"),
      row("TIPC_DEST_DROPPABLE", 129, .flag, "drop messages that the receiver cannot take, instead of returning them"),
      row("TIPC_GROUP_JOIN", 135, .structure(.group), "join a group: struct tipc_group_req"),
      row("TIPC_GROUP_LEAVE", 136, .flag, .writeOnly, "leave the group"),
      row("TIPC_IMPORTANCE", 127, importance, "the importance of messages under congestion"),
      row("TIPC_MCAST_BROADCAST", 133, .flag, .writeOnly, "send multicast by broadcast"),
      row("TIPC_MCAST_REPLICAST", 134, .flag, .writeOnly, "send multicast to each receiver separately"),
      row("TIPC_NODELAY", 138, .flag, .writeOnly, "send small segments at once (no Nagle algorithm)"),
      row("TIPC_NODE_RECVQ_DEPTH", 131, messages, .readOnly, "obsolete, no effect"),
      row("TIPC_SOCK_RECVQ_DEPTH", 132, messages, .readOnly, "the number of messages in the receive queue"),
      row("TIPC_SOCK_RECVQ_USED", 137, .size(), .readOnly, "the memory used by the receive queue"),
      row("TIPC_SRC_DROPPABLE", 128, .flag, "drop messages silently under congestion"),
    ]
  }()

  /// `SOL_PACKET`: packet(7).
  static let packetLevel: [SocketOption] = {
    let row = Rows(level: .packet, owners: .packet)
    return [
      row(
        "PACKET_ADD_MEMBERSHIP", 1, .structure(.packetMembership), .writeOnly,
        "enter promiscuous mode or join a group: struct packet_mreq"),
      row("PACKET_AUXDATA", 8, .flag, "receive PACKET_AUXDATA: length, VLAN and state of each frame"),
      row("PACKET_COPY_THRESH", 7, .size(), "also queue frames that do not fit into the ring"),
      row("PACKET_DROP_MEMBERSHIP", 2, .structure(.packetMembership), .writeOnly, "undo PACKET_ADD_MEMBERSHIP"),
      row("PACKET_FANOUT", 18, .structure(.fanout), "distribute frames among the sockets of a group"),
      row(
        "PACKET_FANOUT_DATA", 22, .bytes(capacity: 16), .pointer, "the program that distributes frames among sockets"),
      row("PACKET_HDRLEN", 11, .size(), .readOnly, "the size of the frame header in the ring"),
      row("PACKET_IGNORE_OUTGOING", 23, .flag, "do not receive outgoing frames"),
      row("PACKET_LOSS", 14, .flag, "skip malformed frames in the transmit ring"),
      row("PACKET_ORIGDEV", 9, .flag, "report the physical device below a bond or a VLAN"),
      row("PACKET_QDISC_BYPASS", 20, .flag, "bypass the queues of traffic control"),
      row("PACKET_RESERVE", 12, .size(), "headroom before each frame in the ring"),
      row(
        "PACKET_ROLLOVER_STATS", 21, .bytes(capacity: 24), .readOnly, "how many frames rolled over: all, huge, failed"),
      row("PACKET_RX_RING", 5, .bytes(capacity: 28), .writeOnly, "set up a receive ring: struct tpacket_req3"),
      row("PACKET_STATISTICS", 6, .bytes(capacity: 12), .readOnly, "frames received and dropped; reading clears them"),
      row("PACKET_TIMESTAMP", 17, .number, "the timestamps of frames in the ring: SOF_TIMESTAMPING_*"),
      row("PACKET_TX_HAS_OFF", 19, .flag, "frames in the transmit ring have an offset"),
      row("PACKET_TX_RING", 13, .bytes(capacity: 28), .writeOnly, "set up a transmit ring: struct tpacket_req3"),
      row("PACKET_VERSION", 10, .number(0...2), "the format of the ring: TPACKET_V1 is 0, V3 is 2"),
      row(
        "PACKET_VNET_HDR", 15, .flag, "prefix each frame with a struct virtio_net_hdr",
        condition: "it is for whole frames, of sockets of the type raw"),
      row(
        "PACKET_VNET_HDR_SZ", 24, .size(0...12), "the size of that header: 0, 10 or 12",
        condition: "it is for whole frames, of sockets of the type raw, and 0, 10 or 12"),
    ]
  }()

  /// `SOL_NETLINK`: netlink(7).
  static let netlinkLevel: [SocketOption] = {
    let row = Rows(level: .netlink, owners: .netlink)
    return [
      row(
        "NETLINK_ADD_MEMBERSHIP", 1, .number(1...Int(CInt.max)), .writeOnly,
        "join a group, by its number", condition: "the protocol has no such group"),
      row("NETLINK_BROADCAST_ERROR", 4, .flag, "report broadcasts that some listeners missed"),
      row("NETLINK_CAP_ACK", 10, .flag, "do not return the request in acknowledgements"),
      row(
        "NETLINK_DROP_MEMBERSHIP", 2, .number(1...Int(CInt.max)), .writeOnly, "leave a group, by its number",
        condition: "the protocol has no such group"),
      row("NETLINK_EXT_ACK", 11, .flag, "report error messages in acknowledgements"),
      row("NETLINK_GET_STRICT_CHK", 12, .flag, "strict checking of dump requests"),
      row(
        "NETLINK_LISTEN_ALL_NSID", 8, .flag, "receive from other network namespaces too", requires: "CAP_NET_BROADCAST"),
      row("NETLINK_LIST_MEMBERSHIPS", 9, .bytes(capacity: 128), .readOnly, "the groups joined, one bit each"),
      row("NETLINK_NO_ENOBUFS", 5, .flag, "do not report messages lost to a full buffer"),
      row("NETLINK_PKTINFO", 3, .flag, "receive NETLINK_PKTINFO: the group of each message"),
      row(
        "NETLINK_RX_RING", 6, .bytes(capacity: 16), .writeOnly, "receive through shared memory; removed in Linux 4.6"),
      row("NETLINK_TX_RING", 7, .bytes(capacity: 16), .writeOnly, "send through shared memory; removed in Linux 4.6"),
    ]
  }()

  /// `SOL_TLS`: kernel TLS, after `TCP_ULP=tls`.
  static let tlsLevel: [SocketOption] = {
    let row = Rows(level: .tls, owners: .tcp)
    return [
      row("TLS_RX", 2, .structure(.cryptography), "the keys for receiving: struct tls_crypto_info"),
      row("TLS_RX_EXPECT_NO_PAD", 4, .flag, "decrypt in place, expecting records without padding"),
      row("TLS_TX", 1, .structure(.cryptography), "the keys for sending: struct tls_crypto_info"),
      row("TLS_TX_MAX_PAYLOAD_LEN", 5, .size(0...16384), "the largest record to send: RFC 8449 (Linux 6.19)"),
      row("TLS_TX_ZEROCOPY_RO", 3, .flag, "sendfile(2) without a copy, for files that do not change"),
    ]
  }()

  /// `SOL_MPTCP`.
  static let mptcpLevel: [SocketOption] = {
    let row = Rows(level: .mptcp, owners: .mptcp)
    return [
      row("MPTCP_FULL_INFO", 4, .bytes(capacity: 64), .pointer, "the connection and all its subflows (Linux 6.5)"),
      row("MPTCP_INFO", 1, .bytes(capacity: 256), .readOnly, "the state of the connection: struct mptcp_info"),
      row("MPTCP_SUBFLOW_ADDRS", 3, .bytes(capacity: 4096), .pointer, "the addresses of the subflows"),
      row("MPTCP_TCPINFO", 2, .bytes(capacity: 4096), .pointer, "the state of each subflow: struct tcp_info"),
    ]
  }()
}
