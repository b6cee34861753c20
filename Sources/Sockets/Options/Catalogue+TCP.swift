extension SocketOption {
  /// `IPPROTO_TCP`: tcp(7).
  static let tcpLevel: [SocketOption] = {
    let row = Rows(level: .tcp, owners: .tcp)
    let both: Owners = [.tcp, .mptcp]
    return [
      row("TCP_AO_ADD_KEY", 38, .bytes(capacity: 288), .writeOnly, "add an authentication key: RFC 5925 (Linux 6.7)"),
      row("TCP_AO_DEL_KEY", 39, .bytes(capacity: 152), .writeOnly, "take an authentication key away (Linux 6.7)"),
      row("TCP_AO_GET_KEYS", 41, .bytes(capacity: 304), .readOnly, "the authentication keys (Linux 6.7)"),
      row("TCP_AO_INFO", 40, .bytes(capacity: 64), "which authentication key is used, and its counters (Linux 6.7)"),
      row("TCP_AO_REPAIR", 42, .bytes(capacity: 24), "authentication of a connection that is moved (Linux 6.7)"),
      row("TCP_CC_INFO", 26, .bytes(capacity: 64), .readOnly, on: both, "what the congestion control knows"),
      row("TCP_CONGESTION", 13, .string(capacity: 16), on: both, "the congestion control: cubic, reno, bbr …"),
      row("TCP_CORK", 3, .flag, on: both, "send full segments only, until it is taken off (200 ms at most)"),
      row("TCP_DEFER_ACCEPT", 9, .duration(.seconds), on: both, "wake a listener when data comes, not before"),
      row(
        "TCP_DELACK_MAX_US", 46, .duration(.microseconds, in: 1...200_000),
        "acknowledge after this time at the latest (Linux 6.15)",
        condition: "the least is two ticks of the kernel's clock, which may be 8 ms"),
      row("TCP_FASTOPEN", 23, .number(0...Int(CInt.max), unit: "requests"), on: both, "TFO requests that may wait"),
      row("TCP_FASTOPEN_CONNECT", 30, .flag, on: both, "connect sends nothing: the first data goes in the SYN"),
      row("TCP_FASTOPEN_KEY", 33, .bytes(capacity: 32), "the key of Fast Open cookies"),
      row("TCP_FASTOPEN_NO_COOKIE", 34, .flag, on: both, "accept data in a SYN without a cookie"),
      row("TCP_INFO", 11, .bytes(capacity: 512), .readOnly, on: both, "the state of the connection: struct tcp_info"),
      row("TCP_INQ", 36, .flag, on: both, "receive TCP_CM_INQ: how much is left to read"),
      row("TCP_IS_MPTCP", 43, .flag, .readOnly, on: both, "whether the peer speaks MPTCP"),
      row("TCP_KEEPCNT", 6, .number(1...127, unit: "probes"), on: both, "unanswered probes after which a peer is gone"),
      row("TCP_KEEPIDLE", 4, .duration(.seconds, in: 1...32767), on: both, "idle time before SO_KEEPALIVE probes"),
      row("TCP_KEEPINTVL", 5, .duration(.seconds, in: 1...32767), on: both, "time between the probes of SO_KEEPALIVE"),
      row("TCP_LINGER2", 8, .duration(.seconds, in: -1...Int(CInt.max)), "how long FIN_WAIT2 lasts; -1 for not at all"),
      row("TCP_MAXSEG", 2, .segmentSize, on: both, "the largest segment; 0 for what the path allows"),
      row("TCP_MD5SIG", 14, .bytes(capacity: 216), .writeOnly, "sign segments with a key: RFC 2385"),
      row("TCP_MD5SIG_EXT", 32, .bytes(capacity: 216), .writeOnly, "sign segments with a key, for a net of peers"),
      row("TCP_NODELAY", 1, .flag, on: both, "send small segments at once (no Nagle algorithm)"),
      row("TCP_NOTSENT_LOWAT", 25, .size(), on: both, "writable while less than this waits unsent"),
      row(
        "TCP_QUEUE_SEQ", 21, .unsigned, "the sequence number of the queue in repair",
        condition: "it takes TCP_REPAIR=1 and TCP_REPAIR_QUEUE before it"),
      row("TCP_QUICKACK", 12, .flag, "acknowledge at once; the kernel takes it back by itself"),
      row("TCP_REPAIR", 19, .number(-1...1), "move a connection between processes", requires: "CAP_NET_ADMIN"),
      row(
        "TCP_REPAIR_OPTIONS", 22, .bytes(capacity: 64), .writeOnly, "the options that a moved connection had agreed on"),
      row(
        "TCP_REPAIR_QUEUE", 20, .choice(["none": 0, "receive": 1, "send": 2], in: 0...2), "the queue in repair",
        condition: "it takes TCP_REPAIR=1 before it"),
      row("TCP_REPAIR_WINDOW", 29, .bytes(capacity: 20), "the windows of a connection in repair"),
      row(
        "TCP_RTO_MAX_MS", 44, .duration(.milliseconds, in: 1000...120_000),
        "wait at most so long to send again (Linux 6.15)"),
      row(
        "TCP_RTO_MIN_US", 45, .duration(.microseconds, in: 1...200_000),
        "wait at least so long to send again (Linux 6.15)",
        condition: "the least is two ticks of the kernel's clock, which may be 8 ms"),
      row("TCP_SAVED_SYN", 28, .bytes(capacity: 256), .readOnly, "the headers of the SYN that TCP_SAVE_SYN kept"),
      row("TCP_SAVE_SYN", 27, .number(0...2), "keep the headers of SYNs; 2 with the link layer's"),
      row("TCP_SYNCNT", 7, .number(1...127, unit: "tries"), "SYNs that connect sends again before it gives up"),
      row("TCP_THIN_DUPACK", 17, .flag, "send again after one duplicate: has no effect any more"),
      row("TCP_THIN_LINEAR_TIMEOUTS", 16, .flag, "do not back off on thin streams"),
      row(
        "TCP_TIMESTAMP", 24, .unsigned, "the offset of the time stamps; set in repair mode only",
        condition: "it takes TCP_REPAIR=1 before it"),
      row(
        "TCP_TX_DELAY", 37, .duration(.microseconds, in: 0...0xfff_ffff), "delay what is sent, to try out a slow path"),
      row("TCP_ULP", 31, .string(capacity: 16), "an upper layer within the kernel: tls"),
      row("TCP_USER_TIMEOUT", 18, .duration(.milliseconds), "unacknowledged data may wait so long; 0 for the usual"),
      row("TCP_WINDOW_CLAMP", 10, .size(), "the largest window to offer"),
      row("TCP_ZEROCOPY_RECEIVE", 35, .bytes(capacity: 64), .pointer, "map received pages into the program"),
    ]
  }()
}

extension SocketOption.Kind {
  /// From the least that the kernel takes (`TCP_MIN_MSS`) to the largest window without a scale; 0 is neither.
  fileprivate static let segmentSize = integer(.init(range: 88...32767, unit: "bytes", width: 4, names: ["0": 0]))
}
