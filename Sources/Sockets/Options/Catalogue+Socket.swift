extension SocketOption {
  /// `SOL_SOCKET`: socket(7).
  static let socketLevel: [SocketOption] = {
    let row = Rows(level: .socket, owners: .all)
    // MPTCP accepts these without doing anything.
    let notMPTCP = Owners.all.subtracting(.mptcp)
    // Others took them too before Linux 6.16, without doing anything.
    let messengers: Owners = [.unix, .netlink]
    return [
      row("SO_ACCEPTCONN", 30, .flag, .readOnly, "whether listen(2) was called"),
      row("SO_ATTACH_BPF", 50, .number, .writeOnly, "take packets that this bpf(2) program takes: its descriptor"),
      row("SO_ATTACH_FILTER", 26, .bytes(capacity: 16), .pointer, "take packets that this classic filter takes"),
      row(
        "SO_ATTACH_REUSEPORT_CBPF", 51, .bytes(capacity: 16), .pointer, on: .ip,
        "the filter that shares SO_REUSEPORT out"),
      row(
        "SO_ATTACH_REUSEPORT_EBPF", 52, .number, .writeOnly, on: .ip, "the bpf(2) program that shares SO_REUSEPORT out"),
      row(
        "SO_BINDTODEVICE", 25, .string(capacity: 16), on: .ip,
        "carry traffic of this interface only, by name", requires: .init("CAP_NET_RAW", for: "another one")),
      row(
        "SO_BINDTOIFINDEX", 62, .interface(.host), on: .ip,
        "as SO_BINDTODEVICE, by index", requires: .init("CAP_NET_RAW", for: "another one")),
      row("SO_BPF_EXTENSIONS", 48, .number, .readOnly, "how many extensions of classic filters the kernel knows"),
      row("SO_BROADCAST", 6, .flag, on: notMPTCP, "let datagrams be sent to broadcast addresses"),
      row("SO_BSDCOMPAT", 14, .flag, on: notMPTCP, "has no effect any more"),
      row(
        "SO_BUF_LOCK", 72, .bits(["send": 1, "receive": 2], in: 0...3), "keep the kernel from growing these buffers"),
      row("SO_BUSY_POLL", 46, .duration(.microseconds), "poll the device for so long before a receive waits"),
      row(
        "SO_BUSY_POLL_BUDGET", 70, .number(0...65535, unit: "packets"), .writeOnly,
        "the most to take in one round of SO_BUSY_POLL"),
      row("SO_CNX_ADVICE", 53, .number(0...1), .writeOnly, on: .ip, "1: this path is bad, look for another"),
      row("SO_COOKIE", 57, .wide(), .readOnly, "a number that no other socket of this kernel has"),
      row("SO_DEBUG", 1, .flag, "record debugging information", requires: "CAP_NET_ADMIN"),
      row("SO_DETACH_FILTER", 27, .flag, .writeOnly, "take the packet filter off", condition: "there is none"),
      row(
        "SO_DETACH_REUSEPORT_BPF", 68, .flag, .writeOnly, on: .ip, "take the program of SO_REUSEPORT off",
        condition: "there is none"),
      row(
        "SO_DEVMEM_DONTNEED", 80, .bytes(capacity: 1024), .writeOnly, on: .tcp, "give device memory back (Linux 6.12)"),
      row("SO_DOMAIN", 39, .constant(AddressFamily.names), .readOnly, "the family that the socket was made with"),
      row("SO_DONTROUTE", 5, .flag, on: notMPTCP, "send to directly connected hosts only, without a gateway"),
      row("SO_ERROR", 4, .errorNumber, .readOnly, "the error that waits on the socket; reading clears it"),
      row("SO_INCOMING_CPU", 49, .number, "the processor that handles the socket's packets"),
      row("SO_INCOMING_NAPI_ID", 56, .unsigned, .readOnly, "the receive queue of the last packet"),
      row("SO_INQ", 84, .flag, .writeOnly, on: .unixStream, "receive SCM_INQ: how much is left to read (Linux 6.17)"),
      row("SO_KEEPALIVE", 9, .flag, "probe an idle peer, and end the connection when it is gone"),
      row("SO_LINGER", 13, .linger, "what close does with unsent data: wait so long; 0 s resets the connection"),
      row("SO_LOCK_FILTER", 44, .flag, "keep the packet filter from being changed; cannot be undone"),
      row("SO_MARK", 36, .unsigned, "the mark of sent packets, for routing and filters", requires: "CAP_NET_ADMIN"),
      row("SO_MAX_PACING_RATE", 47, .wide(unit: "bytes per second", ["unlimited": -1]), "the fastest to send"),
      row("SO_MEMINFO", 55, .bytes(capacity: 64), .readOnly, "what the socket's buffers hold, as of sock_diag(7)"),
      row("SO_NETNS_COOKIE", 71, .wide(), .readOnly, "a number that no other network namespace has"),
      row("SO_NOFCS", 43, .flag, on: notMPTCP, "send frames whose checksum the device does not add"),
      row("SO_NO_CHECK", 11, .flag, on: notMPTCP, "send UDP over IPv4 without checksums"),
      row("SO_OOBINLINE", 10, .flag, "leave urgent data in the stream"),
      row("SO_PASSCRED", 16, .flag, on: messengers, "receive SCM_CREDENTIALS: process, user and group of the sender"),
      row("SO_PASSPIDFD", 76, .flag, on: .unix, "receive SCM_PIDFD: the sender's process as a descriptor (Linux 6.5)"),
      row("SO_PASSRIGHTS", 83, .flag, on: .unix, "take descriptors that SCM_RIGHTS passes (Linux 6.16)"),
      row("SO_PASSSEC", 34, .flag, on: messengers, "receive SCM_SECURITY: the sender's security label"),
      row(
        "SO_PEEK_OFF", 42, .number, on: [.unix, .datagrams, .tcp],
        "where MSG_PEEK reads from; -1 for the front (TCP: Linux 6.9)"),
      row("SO_PEERCRED", 17, .credentials, .readOnly, on: .unix, "process, user and group of the peer at connect"),
      row("SO_PEERGROUPS", 59, .bytes(capacity: 4096), .readOnly, on: .unix, "the groups of the peer at connect"),
      row("SO_PEERNAME", 28, .address, .readOnly, "the address of the peer, as getpeername(2) says it"),
      row("SO_PEERPIDFD", 77, .number, .pointer, on: .unix, "a new descriptor of the peer's process (Linux 6.5)"),
      row(
        "SO_PEERSEC", 31, .string(capacity: 256), .readOnly, on: [.unix, .tcp, .mptcp, .sctp],
        "the peer's security label"),
      row("SO_PREFER_BUSY_POLL", 69, .flag, "poll the device, not wait for its interrupts", requires: "CAP_NET_ADMIN"),
      row(
        "SO_PRIORITY", 12, .number(0...Int(CInt.max)), "the queue of sent packets",
        requires: .init("CAP_NET_ADMIN", for: "above 6")),
      row("SO_PROTOCOL", 38, .constant(TransportProtocol.names), .readOnly, "the protocol that it was made with"),
      row("SO_RCVBUF", 8, .size(), "the receive buffer; the kernel doubles it, and net.core.rmem_max is the most"),
      row("SO_RCVBUFFORCE", 33, .size(), .writeOnly, "the receive buffer, past the limit", requires: "CAP_NET_ADMIN"),
      row(
        "SO_RCVLOWAT", 18, .size(), "a receive waits for so many bytes",
        condition: "of a vsock it is no more than the buffer"),
      row("SO_RCVMARK", 75, .flag, "receive SO_MARK: the mark of each packet"),
      row("SO_RCVPRIORITY", 82, .flag, "receive SO_PRIORITY: the queue of each packet (Linux 6.14)"),
      row("SO_RCVTIMEO", 20, .timeval, "a receive waits so long at most"),
      row("SO_RCVTIMEO_NEW", 66, .timeval, "SO_RCVTIMEO with 64 bits on every machine"),
      row("SO_RESERVE_MEM", 73, .size(), on: [.tcp, .mptcp], "memory that is always there for the socket"),
      row("SO_REUSEADDR", 2, .flag, "bind where an earlier connection is still in TIME_WAIT"),
      row("SO_REUSEPORT", 15, .flag, on: .ip, "let several sockets of one user bind one port, and share its traffic"),
      row("SO_RXQ_OVFL", 40, .flag, on: notMPTCP, "receive SO_RXQ_OVFL: how many datagrams were dropped"),
      row("SO_SELECT_ERR_QUEUE", 45, .flag, on: notMPTCP, "the error queue is an exceptional condition of select(2)"),
      row("SO_SNDBUF", 7, .size(), "the send buffer; the kernel doubles it, and net.core.wmem_max is the most"),
      row("SO_SNDBUFFORCE", 32, .size(), .writeOnly, "the send buffer, past the limit", requires: "CAP_NET_ADMIN"),
      row("SO_SNDLOWAT", 19, .size(), .readOnly, "a send waits for so much room: always 1 on Linux"),
      row("SO_SNDTIMEO", 21, .timeval, "a send waits so long at most; a connect too"),
      row("SO_SNDTIMEO_NEW", 67, .timeval, "SO_SNDTIMEO with 64 bits on every machine"),
      row("SO_TIMESTAMP", 29, .flag, "receive SCM_TIMESTAMP: when each datagram came, in microseconds"),
      row(
        "SO_TIMESTAMPING", 37, .timestamping, "receive SCM_TIMESTAMPING: the bits of SOF_TIMESTAMPING_*",
        condition: "some bits exclude each other, and opt-id of TCP takes a connection"),
      row(
        "SO_TIMESTAMPING_NEW", 65, .timestamping, "SO_TIMESTAMPING with 64 bits on every machine",
        condition: "some bits exclude each other, and opt-id of TCP takes a connection"),
      row("SO_TIMESTAMPNS", 35, .flag, "receive SCM_TIMESTAMPNS: when each datagram came, in nanoseconds"),
      row("SO_TIMESTAMPNS_NEW", 64, .flag, "SO_TIMESTAMPNS with 64 bits on every machine"),
      row("SO_TIMESTAMP_NEW", 63, .flag, "SO_TIMESTAMP with 64 bits on every machine"),
      row(
        "SO_TXREHASH", 74, .number(-1...255), on: .tcp, "take another path after a lost acknowledgement",
        condition: "it takes -1, 0 or 1"),
      row(
        "SO_TXTIME", 61, .structure(.transmitTime), on: .all.subtracting(.mptcp),
        "send at times of this clock: SCM_TXTIME"),
      row("SO_TYPE", 3, .constant(SocketType.names), .readOnly, "the type that the socket was made with"),
      row("SO_WIFI_STATUS", 41, .flag, on: notMPTCP, "receive SCM_WIFI_STATUS: whether a frame was acknowledged"),
      row(
        "SO_ZEROCOPY", 60, .flag, on: [.tcp, .mptcp, .udp, .vsock],
        "let MSG_ZEROCOPY send from the caller's pages (vsock: Linux 6.7)"),
    ]
  }()
}

extension SocketOption.Kind {
  /// `SOF_TIMESTAMPING_*` of linux/net_tstamp.h.
  fileprivate static let timestamping = bits(
    [
      "tx-hardware": 1, "tx-software": 1 << 1, "rx-hardware": 1 << 2, "rx-software": 1 << 3, "software": 1 << 4,
      "sys-hardware": 1 << 5, "raw-hardware": 1 << 6, "opt-id": 1 << 7, "tx-sched": 1 << 8, "tx-ack": 1 << 9,
      "opt-cmsg": 1 << 10, "opt-tsonly": 1 << 11, "opt-stats": 1 << 12, "opt-pktinfo": 1 << 13,
      "opt-tx-swhw": 1 << 14, "bind-phc": 1 << 15, "opt-id-tcp": 1 << 16, "opt-rx-filter": 1 << 17,
      "tx-completion": 1 << 18,
    ], in: 0...0x7ffff)
}

extension SocketOption.Owners {
  /// Every socket over IPv4 or IPv6.
  fileprivate static let ip: Self = [.internet, .mptcp]
}
