/// A socket of this machine, as sock_diag(7) describes it.
package struct ListedSocket: Sendable {
  /// What kind it is.
  package let kind: ListedKind
  /// The state by its name: `listening`, `established`, `time-wait`, `unconnected` …
  package let state: String
  /// The local address.
  package var local: SocketAddress
  /// The peer's address; nil if it has none.
  package var peer: SocketAddress?
  /// The number of its file in the kernel, which `/proc/PID/fd` shows; 0 if no process has it.
  package let inode: UInt32
  /// The kernel's number for it, which no other socket gets until the next start.
  package let cookie: UInt64
  /// The user who opened it; nil if the kernel does not tell.
  package var user: UInt32?
  /// Bytes that are waiting to be read; for a listening socket, connections that are waiting to be accepted.
  package var receiveQueue: Int?
  /// Bytes that are not acknowledged; for a listening socket, how many connections may wait.
  package var sendQueue: Int?
  /// The timer that is running.
  package var timer: Timer?
  /// What the kernel knows about a TCP connection: `TCP_INFO`.
  package var tcp: TCPInformation?
  /// `TCP_CONGESTION`.
  package var congestionControl: String?
  /// The memory in use and its limits.
  package var memory: Memory?
  /// The options that are set, by name, and their values.
  package var options: [(name: String, value: Int)] = []
  /// The index of the interface that it is bound to; 0 for none.
  package var interface: UInt32 = 0
  /// The inode of the Unix socket at the other end.
  package var peerInode: UInt32?
  /// The subsystem of a netlink socket.
  package var netlinkProtocol: CInt?
  /// What `SOCK_DESTROY` needs to find it; nil if such sockets cannot be destroyed.
  var identity: [UInt8]?

  /// A timer of TCP.
  package struct Timer: Sendable {
    /// `retransmit`, `keepalive`, `time-wait`, `probe`.
    package let name: String
    /// How long it is until it expires.
    package let milliseconds: Int
    /// How many times it has expired without an answer.
    package let expirations: Int
  }

  /// `SK_MEMINFO`.
  package struct Memory: Sendable {
    /// The limits: `SO_RCVBUF`, `SO_SNDBUF`.
    package let receiveBuffer, sendBuffer: Int
    /// The bytes in use, including what the kernel adds to each packet.
    package let receiveUsed, sendUsed: Int
    /// Packets that were dropped for lack of memory.
    package let drops: Int
  }

  /// The local address as text; that of a netlink socket names its subsystem. Nil if the kernel does not tell.
  package var localText: String? {
    guard let netlinkProtocol else { return "\(local)" }
    return NetlinkAddress(local).map {
      "\(NetlinkAddress(netlinkProtocol: netlinkProtocol, groups: $0.groups, port: $0.port))"
    }
  }

  /// Whether it is in the family of `family`.
  package func isIn(_ family: AddressFamily) -> Bool { local.family == family }

  /// Whether it waits for connections.
  package var isListening: Bool { state == "listening" }

  init(kind: ListedKind, state: String, local: SocketAddress, inode: UInt32, cookie: UInt64) {
    self.kind = kind
    self.state = state
    self.local = local
    self.inode = inode
    self.cookie = cookie
  }
}
