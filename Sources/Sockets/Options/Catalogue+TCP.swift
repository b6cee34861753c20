extension SocketOption {
  /// `IPPROTO_TCP`: tcp(7).
  static let tcpLevel: [SocketOption] = {
    let row = Rows(level: .tcp, owners: .tcp)
    let both: Owners = [.tcp, .mptcp]
    return [
      row("TCP_AO_ADD_KEY", 38, .bytes(capacity: 288), .writeOnly, "add an authentication key: RFC 5925 (Linux 6.7)"),
      row("TCP_AO_DEL_KEY", 39, .bytes(capacity: 152), .writeOnly, "delete an authentication key (Linux 6.7)"),
      row("TCP_AO_GET_KEYS", 41, .bytes(capacity: 304), .readOnly, "the authentication keys (Linux 6.7)"),
      row("TCP_AO_INFO", 40, .bytes(capacity: 64), "the authentication key in use, and counters (Linux 6.7)"),
      row(
        "TCP_AO_REPAIR", 42, .bytes(capacity: 24), "the authentication state of a migrated connection (Linux 6.7)",
        requires: "CAP_NET_ADMIN"),
      row("TCP_CC_INFO", 26, .bytes(capacity: 64), .readOnly, on: both, "the state of the congestion control"),
      row(
        "TCP_CONGESTION", 13, .string(capacity: 16), on: both, "the congestion control: cubic, reno, bbr …",
        requires: .init("CAP_NET_ADMIN", for: "a restricted one")),
      row("TCP_CORK", 3, .flag, on: both, "send full segments only, until cleared (200 ms at most)"),
      row("TCP_DEFER_ACCEPT", 9, .duration(.seconds), on: both, "wake a listener only when data arrives"),
      row(
        "TCP_DELACK_MAX_US", 46, .duration(.microseconds, in: 1...200_000),
        "the maximum delay of an acknowledgement (Linux 6.15)",
        condition: "the least is two ticks of the kernel's clock, which may be 8 ms"),
      row(
        "TCP_FASTOPEN", 23, .number(0...Int(CInt.max), unit: "requests"), on: both,
        "the number of pending Fast Open requests allowed"),
      row(
        "TCP_FASTOPEN_CONNECT", 30, .flag, on: both,
        "defer the SYN of connect until the first data, and send both together"),
      row("TCP_FASTOPEN_KEY", 33, .bytes(capacity: 32), "the key for Fast Open cookies"),
      row("TCP_FASTOPEN_NO_COOKIE", 34, .flag, on: both, "accept data in a SYN without a cookie"),
      row("TCP_INFO", 11, .bytes(capacity: 512), .readOnly, on: both, "the state of the connection: struct tcp_info"),
      row("TCP_INQ", 36, .flag, on: both, "receive TCP_CM_INQ: the number of unread bytes"),
      row("TCP_IS_MPTCP", 43, .flag, .readOnly, on: both, "whether the peer speaks MPTCP"),
      row(
        "TCP_KEEPCNT", 6, .number(1...127, unit: "probes"), on: both,
        "unanswered probes before the connection is dropped"),
      row("TCP_KEEPIDLE", 4, .duration(.seconds, in: 1...32767), on: both, "idle time before SO_KEEPALIVE probes"),
      row("TCP_KEEPINTVL", 5, .duration(.seconds, in: 1...32767), on: both, "time between the probes of SO_KEEPALIVE"),
      row("TCP_LINGER2", 8, .duration(.seconds, in: -1...Int(CInt.max)), "the timeout of FIN_WAIT2; -1 for none"),
      row("TCP_MAXSEG", 2, .segmentSize, on: both, "the maximum segment size; 0 for that of the path"),
      row("TCP_MD5SIG", 14, .bytes(capacity: 216), .writeOnly, "sign segments with a key: RFC 2385"),
      row("TCP_MD5SIG_EXT", 32, .bytes(capacity: 216), .writeOnly, "sign segments with a key, for a prefix of peers"),
      row("TCP_NODELAY", 1, .flag, on: both, "send small segments at once (no Nagle algorithm)"),
      row("TCP_NOTSENT_LOWAT", 25, .size(), on: both, "report writable only while less than this is unsent"),
      row(
        "TCP_QUEUE_SEQ", 21, .unsigned, "the sequence number of the queue under repair",
        condition: "it takes TCP_REPAIR=1 and TCP_REPAIR_QUEUE before it"),
      row("TCP_QUICKACK", 12, .flag, "acknowledge at once; the kernel clears it by itself"),
      row("TCP_REPAIR", 19, .number(-1...1), "repair mode, to migrate a connection", requires: "CAP_NET_ADMIN"),
      row(
        "TCP_REPAIR_OPTIONS", 22, .bytes(capacity: 64), .writeOnly, "the negotiated options of a migrated connection",
        condition: "it takes TCP_REPAIR=1 before it"),
      row(
        "TCP_REPAIR_QUEUE", 20, .choice(["none": 0, "receive": 1, "send": 2], in: 0...2), "the queue under repair",
        condition: "it takes TCP_REPAIR=1 before it"),
      row(
        "TCP_REPAIR_WINDOW", 29, .bytes(capacity: 20), "the windows of a connection under repair",
        condition: "it takes TCP_REPAIR=1 before it"),
      row(
        "TCP_RTO_MAX_MS", 44, .duration(.milliseconds, in: 1000...120_000),
        "the maximum retransmission timeout (Linux 6.15)"),
      row(
        "TCP_RTO_MIN_US", 45, .duration(.microseconds, in: 1...200_000),
        "the minimum retransmission timeout (Linux 6.15)",
        condition: "the least is two ticks of the kernel's clock, which may be 8 ms"),
      row("TCP_SAVED_SYN", 28, .bytes(capacity: 256), .readOnly, "the headers of the SYN that TCP_SAVE_SYN saved"),
      row("TCP_SAVE_SYN", 27, .number(0...2), "save the headers of SYNs; 2 includes the link layer's"),
      row("TCP_SYNCNT", 7, .number(1...127, unit: "tries"), "SYN retransmissions before connect gives up"),
      row("TCP_THIN_DUPACK", 17, .flag, "retransmit after one duplicate: obsolete, no effect"),
      row("TCP_THIN_LINEAR_TIMEOUTS", 16, .flag, "linear instead of exponential backoff on thin streams"),
      row(
        "TCP_TIMESTAMP", 24, .unsigned, "the offset of the timestamps; set in repair mode only",
        condition: "it takes TCP_REPAIR=1 before it"),
      row(
        "TCP_TX_DELAY", 37, .duration(.microseconds, in: 0...0xfff_ffff), "delay sent segments, to emulate a slow path"),
      row("TCP_ULP", 31, .string(capacity: 16), "the upper-layer protocol in the kernel: tls"),
      row("TCP_USER_TIMEOUT", 18, .duration(.milliseconds), "how long data may stay unacknowledged; 0 for the default"),
      row("TCP_WINDOW_CLAMP", 10, .size(), "the largest window to advertise"),
      row("TCP_ZEROCOPY_RECEIVE", 35, .bytes(capacity: 64), .pointer, "map received pages into the process"),
    ]
  }()
}

extension SocketOption.Kind {
  /// From the kernel's minimum (`TCP_MIN_MSS`) to the largest unscaled window; 0 is accepted as well.
  fileprivate static let segmentSize = integer(.init(range: 88...32767, unit: "bytes", width: 4, names: ["0": 0]))
}
