extension SocketOption {
  /// `SOL_SCTP`: RFC 6458 and Linux extensions.
  ///
  /// Structs begin with an association identifier: 0 for future associations and for one-to-one sockets.
  static let sctpLevel: [SocketOption] = {
    let row = Rows(level: .sctp, owners: .sctp)
    let isOn: Kind = .association(0...1, ["off": 0, "on": 1])
    return [
      row("SCTP_ADAPTATION_LAYER", 7, .unsigned, "the adaptation layer indication that the peer is told"),
      row("SCTP_ADD_STREAMS", 121, .structure(.addedStreams), .writeOnly, "request more streams"),
      row("SCTP_ASCONF_SUPPORTED", 128, isOn, "dynamic address reconfiguration: RFC 5061"),
      row("SCTP_ASSOCINFO", 1, .structure(.associationParameters), "limits of an association: struct sctp_assocparams"),
      row("SCTP_AUTH_ACTIVE_KEY", 24, .association(0...65535), "the number of the active authentication key"),
      row("SCTP_AUTH_CHUNK", 21, .bytes(capacity: 1), .writeOnly, "a chunk type that the peer must authenticate"),
      row("SCTP_AUTH_DEACTIVATE_KEY", 35, .association(0...65535), .writeOnly, "deactivate an authentication key"),
      row("SCTP_AUTH_DELETE_KEY", 25, .association(0...65535), .writeOnly, "delete an authentication key"),
      row(
        "SCTP_AUTH_KEY", 23, .bytes(capacity: 264), .writeOnly,
        "an authentication key: association, number, length, bytes"),
      row("SCTP_AUTH_SUPPORTED", 129, isOn, "chunk authentication: RFC 4895"),
      row(
        "SCTP_AUTOCLOSE", 4, .duration(.seconds), on: .sctpSequencedPacket,
        "close an association idle for this long; 0 for never"),
      row("SCTP_AUTO_ASCONF", 30, .flag, "tell the peer about added and removed addresses"),
      row("SCTP_CONTEXT", 17, .association(), "the context returned with a failed send"),
      row(
        "SCTP_DEFAULT_PRINFO", 114, .structure(.partialReliability),
        "when to abandon messages: struct sctp_default_prinfo"
      ),
      row(
        "SCTP_DEFAULT_SEND_PARAM", 10, .structure(.sendParameters),
        "default parameters of sends: struct sctp_sndrcvinfo"),
      row(
        "SCTP_DEFAULT_SNDINFO", 34, .structure(.sendInformation), "default parameters of sends: struct sctp_sndinfo"),
      row(
        "SCTP_DELAYED_SACK", 16, .structure(.delayedAcknowledgement),
        "the delay of acknowledgements: struct sctp_sack_info"),
      row("SCTP_DISABLE_FRAGMENTS", 8, .flag, "refuse messages larger than a packet (EMSGSIZE)"),
      row("SCTP_ECN_SUPPORTED", 130, isOn, "explicit congestion notification (ECN)"),
      row(
        "SCTP_ENABLE_STREAM_RESET", 118, .association(0...7, .bits(["streams": 1, "assoc": 2, "add-streams": 4])),
        "which stream reconfigurations are allowed: RFC 6525"),
      row("SCTP_EVENT", 127, .structure(.subscription), .writeOnly, "one type of notification: struct sctp_event"),
      row("SCTP_EVENTS", 11, .structure(.subscriptions), "the types of notifications to receive"),
      row(
        "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE", 131,
        .association(0...2, ["unset": 0, "disable": 1, "enable": 2]), "report paths that are potentially failed"),
      row("SCTP_FRAGMENT_INTERLEAVE", 18, .flag, "whether messages may be interleaved on receive"),
      row(
        "SCTP_GET_ASSOC_ID_LIST", 29, .bytes(capacity: 4096), .readOnly, on: .sctpSequencedPacket,
        "the number of associations, and their identifiers"),
      row(
        "SCTP_GET_ASSOC_NUMBER", 28, .unsigned, .readOnly, on: .sctpSequencedPacket,
        "the number of associations"),
      row("SCTP_GET_ASSOC_STATS", 112, .bytes(capacity: 256), .readOnly, "counters: struct sctp_assoc_stats"),
      row(
        "SCTP_GET_LOCAL_ADDRS", 109, .bytes(capacity: 4096), .readOnly, "the local addresses: sctp_getladdrs(3)"),
      row(
        "SCTP_GET_PEER_ADDRS", 108, .bytes(capacity: 4096), .readOnly, "the addresses of the peer: sctp_getpaddrs(3)"),
      row(
        "SCTP_GET_PEER_ADDR_INFO", 15, .bytes(capacity: 152), .readOnly, "the state of a path: struct sctp_paddrinfo"),
      row("SCTP_HMAC_IDENT", 22, .bytes(capacity: 64), "the HMAC algorithms: count, identifiers"),
      row("SCTP_INITMSG", 2, .structure(.initMessage), "streams of new associations, and attempts of connect"),
      row("SCTP_INTERLEAVING_SUPPORTED", 125, isOn, "message interleaving: RFC 8260"),
      row("SCTP_I_WANT_MAPPED_V4_ADDR", 12, .flag, "report IPv4 addresses as IPv4-mapped IPv6 addresses"),
      row(
        "SCTP_LOCAL_AUTH_CHUNKS", 27, .bytes(capacity: 264), .readOnly,
        "the chunk types that the peer must authenticate"),
      row(
        "SCTP_MAXSEG", 13, .association(0...65535, unit: "bytes"), "the maximum fragment size; 0 for that of the path"),
      row("SCTP_MAX_BURST", 20, .association(unit: "packets"), "the maximum burst, in packets"),
      row("SCTP_NODELAY", 3, .flag, "send small messages at once (no Nagle algorithm)"),
      row("SCTP_PARTIAL_DELIVERY_POINT", 19, .size(), "the size at which partial delivery starts"),
      row(
        "SCTP_PEER_ADDR_PARAMS", 9, .structure(.peerAddress), "heartbeats, path MTU and more: struct sctp_paddrparams"),
      row("SCTP_PEER_ADDR_THLDS", 31, .structure(.thresholds), "failures before a path is abandoned"),
      row(
        "SCTP_PEER_ADDR_THLDS_V2", 37, .structure(.thresholdsV2),
        "failures before a path is abandoned, or another is preferred"),
      row(
        "SCTP_PEER_AUTH_CHUNKS", 26, .bytes(capacity: 264), .readOnly,
        "the chunk types that the peer wants authenticated"),
      row(
        "SCTP_PLPMTUD_PROBE_INTERVAL", 133, .structure(.probeInterval), "the interval of path MTU probes; 0 for none"),
      row("SCTP_PRIMARY_ADDR", 6, .structure(.primaryAddress), "the primary address of the peer"),
      row("SCTP_PR_ASSOC_STATUS", 115, .bytes(capacity: 24), .readOnly, "the number of abandoned messages"),
      row(
        "SCTP_PR_STREAM_STATUS", 116, .bytes(capacity: 24), .readOnly, "the number of abandoned messages of a stream"),
      row("SCTP_PR_SUPPORTED", 113, isOn, "partial reliability: RFC 3758"),
      row("SCTP_RECONFIG_SUPPORTED", 117, isOn, "stream reconfiguration: RFC 6525"),
      row("SCTP_RECVNXTINFO", 33, .flag, "receive SCTP_NXTINFO: parameters of the next message"),
      row("SCTP_RECVRCVINFO", 32, .flag, "receive SCTP_RCVINFO: stream, PPID and order of each message"),
      row(
        "SCTP_REMOTE_UDP_ENCAPS_PORT", 132, .structure(.encapsulation), "the peer's UDP encapsulation port: RFC 6951"),
      row("SCTP_RESET_ASSOC", 120, .unsigned, .writeOnly, "reset the association's sequence numbers"),
      row("SCTP_RESET_STREAMS", 119, .bytes(capacity: 512), .writeOnly, "reset streams"),
      row("SCTP_REUSE_PORT", 36, .flag, on: .sctpStream, "let several one-to-one sockets bind one port"),
      row("SCTP_RTOINFO", 0, .structure(.retransmission), "retransmission timeouts: struct sctp_rtoinfo"),
      row("SCTP_SENDMSG_CONNECT", 126, .unsigned, .pointer, "used by the libraries: connect with the first message"),
      row(
        "SCTP_SET_PEER_PRIMARY_ADDR", 5, .structure(.primaryAddress), .writeOnly,
        "the local address that the peer should send to"),
      row(
        "SCTP_SOCKOPT_BINDX_ADD", 100, .bytes(capacity: 1024), .writeOnly, "bind more local addresses: sctp_bindx(3)"),
      row("SCTP_SOCKOPT_BINDX_REM", 101, .bytes(capacity: 1024), .writeOnly, "unbind local addresses: sctp_bindx(3)"),
      row("SCTP_SOCKOPT_CONNECTX", 110, .bytes(capacity: 1024), .writeOnly, "connect to several addresses of one peer"),
      row(
        "SCTP_SOCKOPT_CONNECTX3", 111, .bytes(capacity: 16), .pointer,
        "connect to several addresses, returning the association"),
      row(
        "SCTP_SOCKOPT_CONNECTX_OLD", 107, .bytes(capacity: 1024), .writeOnly, "connect to several addresses: old form"),
      row(
        "SCTP_SOCKOPT_PEELOFF", 102, .bytes(capacity: 8), .pointer, on: .sctpSequencedPacket,
        "peel an association off into its own socket"),
      row(
        "SCTP_SOCKOPT_PEELOFF_FLAGS", 122, .bytes(capacity: 12), .pointer, on: .sctpSequencedPacket,
        "the same, with flags of the descriptor"),
      row("SCTP_STATUS", 14, .bytes(capacity: 176), .readOnly, "the state of an association: struct sctp_status"),
      row(
        "SCTP_STREAM_SCHEDULER", 123,
        .association(0...5, ["fcfs": 0, "prio": 1, "rr": 2, "fc": 3, "wfq": 4]), "the stream scheduler: RFC 8260"),
      row(
        "SCTP_STREAM_SCHEDULER_VALUE", 124, .structure(.streamValue),
        "the priority of a stream: struct sctp_stream_value"),
    ]
  }()
}
