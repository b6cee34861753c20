extension SocketOption {
  /// `SOL_SCTP`: RFC 6458 and what Linux adds to it.
  ///
  /// Structures begin with the number of an association, which is 0 for those to come and for one-to-one sockets.
  static let sctpLevel: [SocketOption] = {
    let row = Rows(level: .sctp, owners: .sctp)
    let isOn: Kind = .association(0...1, ["off": 0, "on": 1])
    return [
      row("SCTP_ADAPTATION_LAYER", 7, .unsigned, "the number of the layer above, which the peer is told"),
      row("SCTP_ADD_STREAMS", 121, .structure(.addedStreams), .writeOnly, "ask for more streams"),
      row("SCTP_ASCONF_SUPPORTED", 128, isOn, "whether addresses may change in a connection: RFC 5061"),
      row("SCTP_ASSOCINFO", 1, .structure(.associationParameters), "limits of an association: struct sctp_assocparams"),
      row("SCTP_AUTH_ACTIVE_KEY", 24, .association(0...65535), "the number of the key that signs chunks"),
      row("SCTP_AUTH_CHUNK", 21, .bytes(capacity: 1), .writeOnly, "a kind of chunk that the peer must sign"),
      row("SCTP_AUTH_DEACTIVATE_KEY", 35, .association(0...65535), .writeOnly, "sign nothing more with this key"),
      row("SCTP_AUTH_DELETE_KEY", 25, .association(0...65535), .writeOnly, "forget this key"),
      row("SCTP_AUTH_KEY", 23, .bytes(capacity: 264), .writeOnly, "a key: association, number, length, bytes"),
      row("SCTP_AUTH_SUPPORTED", 129, isOn, "whether chunks may be signed: RFC 4895"),
      row(
        "SCTP_AUTOCLOSE", 4, .duration(.seconds), on: .sctpSequencedPacket,
        "end an association that is idle so long; 0 for never"),
      row("SCTP_AUTO_ASCONF", 30, .flag, "tell the peer of addresses that come and go"),
      row("SCTP_CONTEXT", 17, .association(), "a number that comes with every failed send"),
      row(
        "SCTP_DEFAULT_PRINFO", 114, .structure(.partialReliability), "when to give sends up: struct sctp_default_prinfo"
      ),
      row(
        "SCTP_DEFAULT_SEND_PARAM", 10, .structure(.sendParameters),
        "what sends say of themselves: struct sctp_sndrcvinfo"),
      row(
        "SCTP_DEFAULT_SNDINFO", 34, .structure(.sendInformation), "what sends say of themselves: struct sctp_sndinfo"),
      row(
        "SCTP_DELAYED_SACK", 16, .structure(.delayedAcknowledgement),
        "how long acknowledgements wait: struct sctp_sack_info"),
      row("SCTP_DISABLE_FRAGMENTS", 8, .flag, "refuse messages larger than a packet (EMSGSIZE)"),
      row("SCTP_ECN_SUPPORTED", 130, isOn, "whether congestion may be marked instead of dropped"),
      row(
        "SCTP_ENABLE_STREAM_RESET", 118, .association(0...7, .bits(["streams": 1, "assoc": 2, "add-streams": 4])),
        "what may be changed in an association: RFC 6525"),
      row("SCTP_EVENT", 127, .structure(.subscription), .writeOnly, "one kind of notification: struct sctp_event"),
      row("SCTP_EVENTS", 11, .structure(.subscriptions), "the kinds of notifications that come among the data"),
      row(
        "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE", 131,
        .association(0...2, ["unset": 0, "disable": 1, "enable": 2]), "tell of paths that may have failed"),
      row("SCTP_FRAGMENT_INTERLEAVE", 18, .flag, "whether parts of messages may come between others'"),
      row(
        "SCTP_GET_ASSOC_ID_LIST", 29, .bytes(capacity: 4096), .readOnly, on: .sctpSequencedPacket,
        "how many associations, and their numbers"),
      row(
        "SCTP_GET_ASSOC_NUMBER", 28, .unsigned, .readOnly, on: .sctpSequencedPacket,
        "how many associations the socket has"),
      row("SCTP_GET_ASSOC_STATS", 112, .bytes(capacity: 256), .readOnly, "counters: struct sctp_assoc_stats"),
      row(
        "SCTP_GET_LOCAL_ADDRS", 109, .bytes(capacity: 4096), .readOnly, "the addresses of this end: sctp_getladdrs(3)"),
      row(
        "SCTP_GET_PEER_ADDRS", 108, .bytes(capacity: 4096), .readOnly, "the addresses of the peer: sctp_getpaddrs(3)"),
      row("SCTP_GET_PEER_ADDR_INFO", 15, .bytes(capacity: 152), .readOnly, "one path: struct sctp_paddrinfo"),
      row("SCTP_HMAC_IDENT", 22, .bytes(capacity: 64), "how chunks are signed: count, numbers"),
      row("SCTP_INITMSG", 2, .structure(.initMessage), "how many streams an association has, and how connect tries"),
      row("SCTP_INTERLEAVING_SUPPORTED", 125, isOn, "whether messages may be interleaved: RFC 8260"),
      row("SCTP_I_WANT_MAPPED_V4_ADDR", 12, .flag, "show IPv4 addresses as IPv6 ones"),
      row(
        "SCTP_LOCAL_AUTH_CHUNKS", 27, .bytes(capacity: 264), .readOnly, "the kinds of chunks that the peer must sign"),
      row(
        "SCTP_MAXSEG", 13, .association(0...65535, unit: "bytes"), "the largest piece of a message; 0 for the path's"),
      row("SCTP_MAX_BURST", 20, .association(unit: "packets"), "how many packets may follow one another at once"),
      row("SCTP_NODELAY", 3, .flag, "send small messages at once (no Nagle algorithm)"),
      row("SCTP_PARTIAL_DELIVERY_POINT", 19, .size(), "hand a message over in parts when this much is there"),
      row("SCTP_PEER_ADDR_PARAMS", 9, .structure(.peerAddress), "heartbeats, MTU and such: struct sctp_paddrparams"),
      row("SCTP_PEER_ADDR_THLDS", 31, .structure(.thresholds), "failures after which a path is given up"),
      row("SCTP_PEER_ADDR_THLDS_V2", 37, .structure(.thresholdsV2), "failures after which a path is given up, or left"),
      row(
        "SCTP_PEER_AUTH_CHUNKS", 26, .bytes(capacity: 264), .readOnly, "the kinds of chunks that the peer wants signed"),
      row("SCTP_PLPMTUD_PROBE_INTERVAL", 133, .structure(.probeInterval), "time between probes of the MTU; 0 for none"),
      row("SCTP_PRIMARY_ADDR", 6, .structure(.primaryAddress), "the address of the peer to send to"),
      row("SCTP_PR_ASSOC_STATUS", 115, .bytes(capacity: 24), .readOnly, "how many messages were given up"),
      row("SCTP_PR_STREAM_STATUS", 116, .bytes(capacity: 24), .readOnly, "how many messages of a stream were given up"),
      row("SCTP_PR_SUPPORTED", 113, isOn, "whether messages may be given up: RFC 3758"),
      row("SCTP_RECONFIG_SUPPORTED", 117, isOn, "whether streams may be reset: RFC 6525"),
      row("SCTP_RECVNXTINFO", 33, .flag, "receive SCTP_NXTINFO: what the next message is"),
      row("SCTP_RECVRCVINFO", 32, .flag, "receive SCTP_RCVINFO: stream, PPID and order of each message"),
      row("SCTP_REMOTE_UDP_ENCAPS_PORT", 132, .structure(.encapsulation), "the peer's port of SCTP over UDP: RFC 6951"),
      row("SCTP_RESET_ASSOC", 120, .unsigned, .writeOnly, "begin all streams of this association anew"),
      row("SCTP_RESET_STREAMS", 119, .bytes(capacity: 512), .writeOnly, "begin some streams anew"),
      row("SCTP_REUSE_PORT", 36, .flag, on: .sctpStream, "let several one-to-one sockets bind one port"),
      row("SCTP_RTOINFO", 0, .structure(.retransmission), "when to send again: struct sctp_rtoinfo"),
      row("SCTP_SENDMSG_CONNECT", 126, .unsigned, .pointer, "connect when the first message is sent; of libraries"),
      row(
        "SCTP_SET_PEER_PRIMARY_ADDR", 5, .structure(.primaryAddress), .writeOnly,
        "the address that the peer should send to"),
      row(
        "SCTP_SOCKOPT_BINDX_ADD", 100, .bytes(capacity: 1024), .writeOnly, "add addresses to this end: sctp_bindx(3)"),
      row("SCTP_SOCKOPT_BINDX_REM", 101, .bytes(capacity: 1024), .writeOnly, "take addresses away: sctp_bindx(3)"),
      row("SCTP_SOCKOPT_CONNECTX", 110, .bytes(capacity: 1024), .writeOnly, "connect to several addresses of one peer"),
      row("SCTP_SOCKOPT_CONNECTX3", 111, .bytes(capacity: 16), .pointer, "connect to several addresses, and say which"),
      row(
        "SCTP_SOCKOPT_CONNECTX_OLD", 107, .bytes(capacity: 1024), .writeOnly, "connect to several addresses: old form"),
      row(
        "SCTP_SOCKOPT_PEELOFF", 102, .bytes(capacity: 8), .pointer, on: .sctpSequencedPacket,
        "make one association a socket of its own"),
      row(
        "SCTP_SOCKOPT_PEELOFF_FLAGS", 122, .bytes(capacity: 12), .pointer, on: .sctpSequencedPacket,
        "the same, with flags of the descriptor"),
      row("SCTP_STATUS", 14, .bytes(capacity: 176), .readOnly, "the state of an association: struct sctp_status"),
      row(
        "SCTP_STREAM_SCHEDULER", 123,
        .association(0...5, ["fcfs": 0, "prio": 1, "rr": 2, "fc": 3, "wfq": 4]), "which stream sends next: RFC 8260"),
      row(
        "SCTP_STREAM_SCHEDULER_VALUE", 124, .structure(.streamValue),
        "the priority of a stream: struct sctp_stream_value"),
    ]
  }()
}
