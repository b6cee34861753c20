// The levels of families and protocols that have few options of their own.
extension SocketOption {
  /// `SOL_DCCP`: RFC 4340. Linux had it until 6.15.
  static let dccpLevel: [SocketOption] = {
    let row = Rows(level: .dccp, owners: .dccp)
    return [
      row(
        "DCCP_SOCKOPT_AVAILABLE_CCIDS", 12, .bytes(capacity: 64), .readOnly, "the congestion controls of this kernel"),
      row("DCCP_SOCKOPT_CCID", 13, .bytes(capacity: 64), .writeOnly, "the congestion controls to agree on, best first"),
      row("DCCP_SOCKOPT_CCID_RX_INFO", 128, .bytes(capacity: 64), .readOnly, "what the receiving control knows"),
      row("DCCP_SOCKOPT_CCID_TX_INFO", 192, .bytes(capacity: 64), .readOnly, "what the sending control knows"),
      row("DCCP_SOCKOPT_CHANGE_L", 3, .bytes(capacity: 64), .writeOnly, "has no effect any more"),
      row("DCCP_SOCKOPT_CHANGE_R", 4, .bytes(capacity: 64), .writeOnly, "has no effect any more"),
      row("DCCP_SOCKOPT_GET_CUR_MPS", 5, .size(), .readOnly, "the largest packet that can be sent now"),
      row("DCCP_SOCKOPT_PACKET_SIZE", 1, .size(), "has no effect any more"),
      row("DCCP_SOCKOPT_QPOLICY_ID", 16, .choice(["simple": 0, "prio": 1], in: 0...1), "which packet is sent next"),
      row("DCCP_SOCKOPT_QPOLICY_TXQLEN", 17, .number(0...Int(CInt.max), unit: "packets"), "the most that may wait"),
      row("DCCP_SOCKOPT_RECV_CSCOV", 11, .number(0...15), "take checksums that cover a part: 0 none, 1 the header …"),
      row("DCCP_SOCKOPT_RX_CCID", 15, .number(0...255), "the congestion control of what is received"),
      row("DCCP_SOCKOPT_SEND_CSCOV", 10, .number(0...15), "the checksum covers a part: 0 all, 1 the header …"),
      row("DCCP_SOCKOPT_SERVER_TIMEWAIT", 6, .flag, "a server keeps TIMEWAIT state"),
      row("DCCP_SOCKOPT_SERVICE", 2, .serviceCodes, "the service code that both ends must have"),
      row("DCCP_SOCKOPT_TX_CCID", 14, .number(0...255), "the congestion control of what is sent"),
    ]
  }()

  /// `AF_VSOCK`: vsock(7).
  static let vsockLevel: [SocketOption] = {
    let row = Rows(level: .vsock, owners: .vsock)
    return [
      row("SO_VM_SOCKETS_BUFFER_MAX_SIZE", 2, .wide(unit: "bytes"), "the most that the buffer may be"),
      row("SO_VM_SOCKETS_BUFFER_MIN_SIZE", 1, .wide(unit: "bytes"), "the least that the buffer may be"),
      row("SO_VM_SOCKETS_BUFFER_SIZE", 0, .wide(unit: "bytes"), "the buffer that the peer may fill"),
      row("SO_VM_SOCKETS_CONNECT_TIMEOUT", 6, .timeval, "a connect waits so long at most"),
      row("SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW", 8, .timeval, "the same with 64 bits on every machine"),
      row("SO_VM_SOCKETS_NONBLOCK_TXRX", 7, .flag, "for callers inside the kernel of a hypervisor only"),
      row("SO_VM_SOCKETS_PEER_HOST_VM_ID", 3, .number, .readOnly, "the number of the peer's machine; VMCI hosts only"),
      row("SO_VM_SOCKETS_TRUSTED", 5, .flag, .readOnly, "whether the program is trusted; VMCI only"),
    ]
  }()

  /// `SOL_TIPC`.
  static let tipcLevel: [SocketOption] = {
    let row = Rows(level: .tipc, owners: .tipc)
    let importance: Kind = .choice(["low": 0, "medium": 1, "high": 2, "critical": 3], in: 0...3)
    let messages: Kind = .number(0...Int(CInt.max), unit: "messages")
    return [
      row("TIPC_CONN_TIMEOUT", 130, .duration(.milliseconds), "a connect waits so long at most"),
      row("TIPC_DEST_DROPPABLE", 129, .flag, "what the receiver cannot take is dropped, not sent back"),
      row("TIPC_GROUP_JOIN", 135, .structure(.group), "join a group: struct tipc_group_req"),
      row("TIPC_GROUP_LEAVE", 136, .flag, .writeOnly, "leave the group"),
      row("TIPC_IMPORTANCE", 127, importance, "what is kept when there is too much"),
      row("TIPC_MCAST_BROADCAST", 133, .flag, .writeOnly, "send multicast by broadcast"),
      row("TIPC_MCAST_REPLICAST", 134, .flag, .writeOnly, "send multicast to each receiver by itself"),
      row("TIPC_NODELAY", 138, .flag, .writeOnly, "send small pieces of a stream at once"),
      row("TIPC_NODE_RECVQ_DEPTH", 131, messages, .readOnly, "has no effect any more"),
      row("TIPC_SOCK_RECVQ_DEPTH", 132, messages, .readOnly, "how many messages wait to be received"),
      row("TIPC_SOCK_RECVQ_USED", 137, .size(), .readOnly, "how much memory those take"),
      row("TIPC_SRC_DROPPABLE", 128, .flag, "what cannot be sent is dropped, without an error"),
    ]
  }()

  /// `SOL_PACKET`: packet(7).
  static let packetLevel: [SocketOption] = {
    let row = Rows(level: .packet, owners: .packet)
    return [
      row(
        "PACKET_ADD_MEMBERSHIP", 1, .structure(.packetMembership), .writeOnly,
        "promiscuous mode or a group: struct packet_mreq"),
      row("PACKET_AUXDATA", 8, .flag, "receive PACKET_AUXDATA: length, VLAN and state of each frame"),
      row("PACKET_COPY_THRESH", 7, .size(), "also queue frames that do not fit into the ring"),
      row("PACKET_DROP_MEMBERSHIP", 2, .structure(.packetMembership), .writeOnly, "undo PACKET_ADD_MEMBERSHIP"),
      row("PACKET_FANOUT", 18, .structure(.fanout), "share frames among the sockets of a group"),
      row("PACKET_FANOUT_DATA", 22, .bytes(capacity: 16), .pointer, "the program that shares frames among sockets"),
      row("PACKET_HDRLEN", 11, .size(), .readOnly, "the header of a frame in the ring"),
      row("PACKET_IGNORE_OUTGOING", 23, .flag, "do not take frames that this host sends"),
      row("PACKET_LOSS", 14, .flag, "skip broken frames in the sending ring"),
      row("PACKET_ORIGDEV", 9, .flag, "tell the device below a bond or a VLAN"),
      row("PACKET_QDISC_BYPASS", 20, .flag, "send past the queues of traffic control"),
      row("PACKET_RESERVE", 12, .size(), "room in front of each frame in the ring"),
      row(
        "PACKET_ROLLOVER_STATS", 21, .bytes(capacity: 24), .readOnly, "how many frames rolled over: all, huge, failed"),
      row("PACKET_RX_RING", 5, .bytes(capacity: 28), .writeOnly, "receive through shared memory: struct tpacket_req3"),
      row("PACKET_STATISTICS", 6, .bytes(capacity: 12), .readOnly, "frames received and dropped; reading clears them"),
      row("PACKET_TIMESTAMP", 17, .number, "which times frames in the ring have: SOF_TIMESTAMPING_*"),
      row("PACKET_TX_HAS_OFF", 19, .flag, "frames in the sending ring begin where they say"),
      row("PACKET_TX_RING", 13, .bytes(capacity: 28), .writeOnly, "send through shared memory: struct tpacket_req3"),
      row("PACKET_VERSION", 10, .number(0...2), "the form of the ring: TPACKET_V1 is 0, V3 is 2"),
      row(
        "PACKET_VNET_HDR", 15, .flag, "each frame has a struct virtio_net_hdr in front",
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
        "hear what is sent to a group, by its number", condition: "the protocol has no such group"),
      row("NETLINK_BROADCAST_ERROR", 4, .flag, "tell of broadcasts that did not reach everybody"),
      row("NETLINK_CAP_ACK", 10, .flag, "do not repeat the request in acknowledgements"),
      row(
        "NETLINK_DROP_MEMBERSHIP", 2, .number(1...Int(CInt.max)), .writeOnly, "hear a group no more",
        condition: "the protocol has no such group"),
      row("NETLINK_EXT_ACK", 11, .flag, "say in acknowledgements what was wrong, in words"),
      row("NETLINK_GET_STRICT_CHK", 12, .flag, "refuse dumps that ask for what is not understood"),
      row("NETLINK_LISTEN_ALL_NSID", 8, .flag, "hear other network namespaces too", requires: "CAP_NET_BROADCAST"),
      row("NETLINK_LIST_MEMBERSHIPS", 9, .bytes(capacity: 128), .readOnly, "the groups that it hears, one bit each"),
      row("NETLINK_NO_ENOBUFS", 5, .flag, "do not tell of messages that were lost for want of room"),
      row("NETLINK_PKTINFO", 3, .flag, "receive NETLINK_PKTINFO: the group of each message"),
      row(
        "NETLINK_RX_RING", 6, .bytes(capacity: 16), .writeOnly, "receive through shared memory; gone since Linux 4.6"),
      row("NETLINK_TX_RING", 7, .bytes(capacity: 16), .writeOnly, "send through shared memory; gone since Linux 4.6"),
    ]
  }()

  /// `SOL_TLS`: records that the kernel makes, behind `TCP_ULP=tls`.
  static let tlsLevel: [SocketOption] = {
    let row = Rows(level: .tls, owners: .tcp)
    return [
      row("TLS_RX", 2, .structure(.cryptography), "the keys of what is received: struct tls_crypto_info"),
      row("TLS_RX_EXPECT_NO_PAD", 4, .flag, "decrypt in place, hoping for records without padding"),
      row("TLS_TX", 1, .structure(.cryptography), "the keys of what is sent: struct tls_crypto_info"),
      row("TLS_TX_MAX_PAYLOAD_LEN", 5, .size(0...16384), "the largest record to make: RFC 8449 (Linux 6.19)"),
      row("TLS_TX_ZEROCOPY_RO", 3, .flag, "send files that nobody changes from where they are"),
    ]
  }()

  /// `SOL_MPTCP`.
  static let mptcpLevel: [SocketOption] = {
    let row = Rows(level: .mptcp, owners: .mptcp)
    return [
      row("MPTCP_FULL_INFO", 4, .bytes(capacity: 64), .pointer, "the connection and all its paths (Linux 6.5)"),
      row("MPTCP_INFO", 1, .bytes(capacity: 256), .readOnly, "the state of the connection: struct mptcp_info"),
      row("MPTCP_SUBFLOW_ADDRS", 3, .bytes(capacity: 4096), .pointer, "the addresses of the paths"),
      row("MPTCP_TCPINFO", 2, .bytes(capacity: 4096), .pointer, "the state of each path: struct tcp_info"),
    ]
  }()
}
