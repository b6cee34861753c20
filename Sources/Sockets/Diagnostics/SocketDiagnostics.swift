/// The kernel's list of sockets: sock_diag(7).
package struct SocketDiagnostics: ~Copyable {
  private let socket: Socket
  private var sequence: UInt32 = 0

  /// Opens a netlink socket.
  ///
  /// Calls `socket(2)` for `NETLINK_SOCK_DIAG`.
  ///
  /// - Throws: `EPROTONOSUPPORT` if this kernel has no such list.
  package init() throws(SystemError) {
    socket = try Socket.open(NetlinkAddress.family, .raw, Self.protocolNumber)
  }

  static let protocolNumber = TransportProtocol(rawValue: 4)

  /// The sockets of some kinds, and of those the kernel has no list of, the kinds.
  ///
  /// Two system calls for each query, and one for each 32 KiB of answers.
  package mutating func list(
    _ kinds: [ListedKind] = ListedKind.allCases
  ) throws(SystemError) -> (sockets: [ListedSocket], unknown: [ListedKind]) {
    var sockets: [ListedSocket] = []
    var unknown: [ListedKind] = []
    for query in DiagnosticQuery.all where query.kinds.contains(where: { kinds.contains($0) }) {
      do throws(SystemError) {
        sockets += try dump(query).filter { kinds.contains($0.kind) }
      } catch {
        guard Self.meansUnknown.contains(error.number) else { throw error }
        if let table = query.table {
          sockets += ListedSocket.inTable(table, kind: query.kinds[0])
        } else {
          unknown += query.kinds.filter { kinds.contains($0) && !unknown.contains($0) }
        }
      }
    }
    return (sockets, unknown)
  }

  /// What the kernel answers if it lacks the protocol, or the module that lists its sockets.
  private static let meansUnknown: [ErrorNumber] = [
    .noEntry, .notSupported, .invalidArgument, .protocolNotSupported, .familyNotSupported,
  ]

  /// Repeats a dump during which something has changed, a few times.
  private mutating func dump(_ query: DiagnosticQuery) throws(SystemError) -> [ListedSocket] {
    var attempts = 3
    while true {
      let (sockets, isConsistent) = try dumpOnce(query)
      attempts -= 1
      if isConsistent || attempts == 0 { return sockets }
    }
  }

  private mutating func dumpOnce(
    _ query: DiagnosticQuery
  ) throws(SystemError) -> (sockets: [ListedSocket], isConsistent: Bool) {
    try send(query.type, flags: NetlinkMessage.dumps, query.body)
    var sockets: [ListedSocket] = []
    var isConsistent = true
    while true {
      for message in try receive() where message.sequence == sequence {
        if message.flags & NetlinkMessage.wasInterrupted != 0 { isConsistent = false }
        if let failure = message.failure {
          throw SystemError(call: "sock_diag", number: failure, subject: query.subject)
        }
        if message.type == NetlinkMessage.done || message.type == NetlinkMessage.error {
          return (sockets, isConsistent)
        }
        if let socket = query.decode(message.body) { sockets.append(socket) }
      }
    }
  }

  /// Destroys a socket: its owner's calls fail with `ECONNABORTED`.
  ///
  /// - Throws: `EOPNOTSUPP` if this kernel cannot (`CONFIG_INET_DIAG_DESTROY`), `EPERM` without `CAP_NET_ADMIN`, `ENOENT`
  ///   if it is gone.
  package mutating func destroy(_ socket: ListedSocket) throws(SystemError) {
    guard let request = DiagnosticQuery.destruction(of: socket) else {
      throw SystemError(call: "sock_diag", number: .notSupported)
    }
    try send(Self.destroyType, flags: NetlinkMessage.wantsAnswer, request)
    while true {
      for message in try receive() where message.sequence == sequence && message.type == NetlinkMessage.error {
        if let failure = message.failure { throw SystemError(call: "sock_diag", number: failure) }
        return
      }
    }
  }

  /// `SOCK_DESTROY`.
  private static let destroyType: UInt16 = 21

  private mutating func send(_ type: UInt16, flags: UInt16, _ body: [UInt8]) throws(SystemError) {
    sequence &+= 1
    let message = NetlinkMessage(
      type: type, flags: flags | NetlinkMessage.isRequest, sequence: sequence, body: body)
    _ = try socket.send(message.bytes.span, to: NetlinkAddress(netlinkProtocol: nil).socketAddress())
  }

  private func receive() throws(SystemError) -> [NetlinkMessage] {
    NetlinkMessage.all(in: try socket.receiveDatagram())
  }
}

extension Socket {
  /// Receives a datagram of at most 64 KiB.
  borrowing func receiveDatagram(flags: MessageFlags = []) throws(SystemError) -> [UInt8] {
    try [UInt8](capacity: 65_536) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      _ = try receive(into: &buffer, flags: flags)
    }
  }
}
