extension SocketOption {
  /// `SOL_SOCKET`: socket(7).
  static let socketLevel: [SocketOption] = {
    let row = Rows(level: .socket, owners: .all)
    // MPTCP accepts these, without effect.
    let notMPTCP = Owners.all.subtracting(.mptcp)
    // Before Linux 6.16 other sockets accepted them too, without effect.
    let messengers: Owners = [.unix, .netlink]
    return [
      row("SO_ACCEPTCONN", 30, .flag, .readOnly, "whether listen(2) was called"),
      row("SO_ATTACH_BPF", 50, .number, .writeOnly, "attach a bpf(2) filter, given by its descriptor"),
      row("SO_ATTACH_FILTER", 26, .bytes(capacity: 16), .pointer, "attach a classic BPF filter"),
      row(
        "SO_ATTACH_REUSEPORT_CBPF", 51, .bytes(capacity: 16), .pointer, on: .ip,
        "the classic BPF program that selects the socket of a SO_REUSEPORT group"),
      row(
        "SO_ATTACH_REUSEPORT_EBPF", 52, .number, .writeOnly, on: .ip,
        "the bpf(2) program that selects the socket of a SO_REUSEPORT group"),
      row(
        "SO_BINDTODEVICE", 25, .string(capacity: 16), on: .ip,
        "use this interface only, given by name", requires: .init("CAP_NET_RAW", for: "another one")),
      row(
        "SO_BINDTOIFINDEX", 62, .interface(.host), on: .ip,
        "like SO_BINDTODEVICE, by index", requires: .init("CAP_NET_RAW", for: "another one")),
      row("SO_BPF_EXTENSIONS", 48, .number, .readOnly, "how many BPF extensions this kernel has"),
      row("SO_BROADCAST", 6, .flag, on: notMPTCP, "allow sending to broadcast addresses"),
      row("SO_BSDCOMPAT", 14, .flag, on: notMPTCP, "obsolete, no effect"),
      row(
        "SO_BUF_LOCK", 72, .bits(["send": 1, "receive": 2], in: 0...3), "do not let the kernel adjust these buffers"),
      row("SO_BUSY_POLL", 46, .duration(.microseconds), "how long a receive polls the device before it blocks"),
      row(
        "SO_BUSY_POLL_BUDGET", 70, .number(0...65535, unit: "packets"), .writeOnly,
        "the most packets to process in one round of SO_BUSY_POLL",
        requires: .init("CAP_NET_ADMIN", for: "raising it")),
      row("SO_CNX_ADVICE", 53, .number(0...1), .writeOnly, on: .ip, "1: the path is bad, look for another route"),
      row("SO_COOKIE", 57, .wide(), .readOnly, "a number unique to the socket"),
      row("SO_DEBUG", 1, .flag, "record debugging information", requires: "CAP_NET_ADMIN"),
      row("SO_DETACH_FILTER", 27, .flag, .writeOnly, "remove the packet filter", condition: "there is none"),
      row(
        "SO_DETACH_REUSEPORT_BPF", 68, .flag, .writeOnly, on: .ip, "remove the program of the SO_REUSEPORT group",
        condition: "there is none"),
      row(
        "SO_DEVMEM_DONTNEED", 80, .bytes(capacity: 1024), .writeOnly, on: .tcp, "return device memory (Linux 6.12)"),
      row("SO_DOMAIN", 39, .constant(AddressFamily.names), .readOnly, "the family that the socket was created with"),
      row("SO_DONTROUTE", 5, .flag, on: notMPTCP, "send to directly connected hosts only, bypassing gateways"),
      row("SO_ERROR", 4, .errorNumber, .readOnly, "the pending error of the socket; reading clears it"),
      row("SO_INCOMING_CPU", 49, .number, "the CPU that handles the socket's packets"),
      row("SO_INCOMING_NAPI_ID", 56, .unsigned, .readOnly, "the receive queue of the last packet"),
      row("SO_INQ", 84, .flag, .writeOnly, on: .unixStream, "receive SCM_INQ: the number of unread bytes (Linux 6.17)"),
      row("SO_KEEPALIVE", 9, .flag, "probe an idle peer, and reset the connection if it does not answer"),
      row("SO_LINGER", 13, .linger, "how long close waits for unsent data; 0 s resets the connection"),
      row("SO_LOCK_FILTER", 44, .flag, "lock the packet filter for good"),
      row(
        "SO_MARK", 36, .unsigned, "the mark of sent packets, for routing and firewalls",
        requires: "CAP_NET_ADMIN or CAP_NET_RAW"),
      row("SO_MAX_PACING_RATE", 47, .wide(unit: "bytes per second", ["unlimited": -1]), "the maximum rate of sending"),
      row("SO_MEMINFO", 55, .bytes(capacity: 64), .readOnly, "the memory use of the socket, as in sock_diag(7)"),
      row("SO_NETNS_COOKIE", 71, .wide(), .readOnly, "a number unique to the network namespace"),
      row("SO_NOFCS", 43, .flag, on: notMPTCP, "send frames without the device adding a checksum (FCS)"),
      row("SO_NO_CHECK", 11, .flag, on: notMPTCP, "send UDP over IPv4 without checksums"),
      row("SO_OOBINLINE", 10, .flag, "leave urgent data in the stream"),
      row("SO_PASSCRED", 16, .flag, on: messengers, "receive SCM_CREDENTIALS: process, user and group of the sender"),
      row("SO_PASSPIDFD", 76, .flag, on: .unix, "receive SCM_PIDFD: the sender's process as a descriptor (Linux 6.5)"),
      row("SO_PASSRIGHTS", 83, .flag, on: .unix, "accept descriptors passed by SCM_RIGHTS (Linux 6.16)"),
      row("SO_PASSSEC", 34, .flag, on: messengers, "receive SCM_SECURITY: the sender's security label"),
      row(
        "SO_PEEK_OFF", 42, .number, on: [.unix, .datagrams, .tcp],
        "the offset of MSG_PEEK; -1 for the head of the queue (TCP: Linux 6.9)"),
      row(
        "SO_PEERCRED", 17, .credentials, .readOnly, on: .unix, "process, user and group of the peer when it connected"),
      row(
        "SO_PEERGROUPS", 59, .bytes(capacity: 4096), .readOnly, on: .unix,
        "the supplementary groups of the peer when it connected"),
      row("SO_PEERNAME", 28, .address, .readOnly, "the address of the peer, as getpeername(2) returns it"),
      row("SO_PEERPIDFD", 77, .number, .pointer, on: .unix, "a new pidfd of the peer's process (Linux 6.5)"),
      row(
        "SO_PEERSEC", 31, .string(capacity: 256), .readOnly, on: [.unix, .tcp, .mptcp, .sctp],
        "the peer's security label"),
      row("SO_PREFER_BUSY_POLL", 69, .flag, "prefer busy polling to interrupts", requires: "CAP_NET_ADMIN"),
      row(
        "SO_PRIORITY", 12, .number(0...Int(CInt.max)), "the queueing priority of sent packets",
        requires: .init("CAP_NET_ADMIN or CAP_NET_RAW", for: "above 6")),
      row(
        "SO_PROTOCOL", 38, .constant(TransportProtocol.names), .readOnly,
        "the protocol that the socket was created with"),
      row("SO_RCVBUF", 8, .size(), "the receive buffer; the kernel doubles it, net.core.rmem_max is the limit"),
      row("SO_RCVBUFFORCE", 33, .size(), .writeOnly, "the receive buffer, above the limit", requires: "CAP_NET_ADMIN"),
      row(
        "SO_RCVLOWAT", 18, .size(), "the least number of bytes that a blocking receive waits for",
        condition: "of a vsock it is no more than the buffer"),
      row("SO_RCVMARK", 75, .flag, "receive SO_MARK: the mark of each packet"),
      row("SO_RCVPRIORITY", 82, .flag, "receive SO_PRIORITY: the priority of each packet (Linux 6.14)"),
      row("SO_RCVTIMEO", 20, .timeval, "the timeout of a blocking receive"),
      row("SO_RCVTIMEO_NEW", 66, .timeval, "SO_RCVTIMEO with a 64-bit time on every architecture"),
      row("SO_RESERVE_MEM", 73, .size(), on: [.tcp, .mptcp], "memory reserved for the socket"),
      row("SO_REUSEADDR", 2, .flag, "bind where an earlier connection is still in TIME_WAIT"),
      row("SO_REUSEPORT", 15, .flag, on: .ip, "let several sockets of one user bind a port and share its traffic"),
      row("SO_RXQ_OVFL", 40, .flag, on: notMPTCP, "receive SO_RXQ_OVFL: the number of datagrams dropped"),
      row(
        "SO_SELECT_ERR_QUEUE", 45, .flag, on: notMPTCP,
        "report the error queue as an exceptional condition of select(2)"),
      row("SO_SNDBUF", 7, .size(), "the send buffer; the kernel doubles it, net.core.wmem_max is the limit"),
      row("SO_SNDBUFFORCE", 32, .size(), .writeOnly, "the send buffer, above the limit", requires: "CAP_NET_ADMIN"),
      row("SO_SNDLOWAT", 19, .size(), .readOnly, "the free space that makes a socket writable: always 1 on Linux"),
      row("SO_SNDTIMEO", 21, .timeval, "the timeout of a blocking send or connect"),
      row("SO_SNDTIMEO_NEW", 67, .timeval, "SO_SNDTIMEO with a 64-bit time on every architecture"),
      row("SO_TIMESTAMP", 29, .flag, "receive SCM_TIMESTAMP: when each datagram arrived, in microseconds"),
      row(
        "SO_TIMESTAMPING", 37, .timestamping, "receive SCM_TIMESTAMPING: the bits of SOF_TIMESTAMPING_*",
        condition: "some bits exclude each other, and opt-id of TCP takes a connection"),
      row(
        "SO_TIMESTAMPING_NEW", 65, .timestamping, "SO_TIMESTAMPING with a 64-bit time on every architecture",
        condition: "some bits exclude each other, and opt-id of TCP takes a connection"),
      row("SO_TIMESTAMPNS", 35, .flag, "receive SCM_TIMESTAMPNS: when each datagram arrived, in nanoseconds"),
      row("SO_TIMESTAMPNS_NEW", 64, .flag, "SO_TIMESTAMPNS with a 64-bit time on every architecture"),
      row("SO_TIMESTAMP_NEW", 63, .flag, "SO_TIMESTAMP with a 64-bit time on every architecture"),
      row(
        "SO_TXREHASH", 74, .number(-1...255), on: .tcp, "rehash to another path after a retransmission timeout",
        condition: "it takes -1, 0 or 1"),
      row(
        "SO_TXTIME", 61, .structure(.transmitTime), on: .all.subtracting(.mptcp),
        "send at times of this clock: SCM_TXTIME",
        requires: .init("CAP_NET_ADMIN", for: "a clock other than monotonic")),
      row("SO_TYPE", 3, .constant(SocketType.names), .readOnly, "the type that the socket was created with"),
      row("SO_WIFI_STATUS", 41, .flag, on: notMPTCP, "receive SCM_WIFI_STATUS: whether a frame was acknowledged"),
      row(
        "SO_ZEROCOPY", 60, .flag, on: [.tcp, .mptcp, .udp, .vsock],
        "allow MSG_ZEROCOPY to send from the caller's pages (vsock: Linux 6.7)"),
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
