import Sockets

/// The sockets that a filter chooses, with the processes that have them open.
package struct SocketListing: Sendable {
  /// In the order of their kinds, then listening ones first, then by address.
  package var entries: [Entry] = []
  /// The kinds that were asked for by name, and that this kernel has no list of.
  package var unknown: [ListedKind] = []

  /// A socket, its processes, and what is at the other end of a Unix socket.
  package struct Entry: Sendable {
    package let socket: ListedSocket
    package let owners: [SocketOwner]
    /// The local address of the Unix socket at the other end, and its processes.
    package let peerAddress: SocketAddress?
    package let peerOwners: [SocketOwner]

    /// A socket that no process has any more.
    init(of socket: ListedSocket) {
      self.init(socket: socket, owners: [], peerAddress: nil, peerOwners: [])
    }

    init(socket: ListedSocket, owners: [SocketOwner], peerAddress: SocketAddress?, peerOwners: [SocketOwner]) {
      self.socket = socket
      self.owners = owners
      self.peerAddress = peerAddress
      self.peerOwners = peerOwners
    }

    /// The address of the peer, if it has one.
    package var peer: SocketAddress? { socket.peer ?? peerAddress }
  }

  /// Lists the sockets.
  init(_ filter: SocketFilter) throws(SystemError) {
    var diagnostics = try SocketDiagnostics()
    let (sockets, unknown) = try diagnostics.list(filter.kinds)
    self.unknown = unknown.filter { filter.namedKinds.contains($0) }
    if sockets.isEmpty { return }
    let owners = SocketOwner.all()
    var peers: [UInt32: ListedSocket] = [:]
    for socket in sockets where ListedKind.unix.kindsOfName.contains(socket.kind) { peers[socket.inode] = socket }
    for socket in sockets {
      let own = socket.inode == 0 ? [] : owners[socket.inode] ?? []
      let peer = socket.peerInode.flatMap { peers[$0] }
      guard filter.matches(socket, own, peer: peer) else { continue }
      entries.append(
        Entry(
          socket: socket, owners: own, peerAddress: peer?.local,
          peerOwners: socket.peerInode.flatMap { owners[$0] } ?? []))
    }
    sort()
  }

  private mutating func sort() {
    let order = Dictionary(uniqueKeysWithValues: ListedKind.allCases.enumerated().map { ($1, $0) })
    let keyed = entries.map { entry in
      (
        key: (
          order[entry.socket.kind] ?? 0, entry.socket.isListening ? 0 : 1, Int(entry.socket.local.port ?? 0),
          Int(entry.socket.peer?.port ?? 0), Int(entry.socket.inode)
        ), entry: entry
      )
    }
    entries = keyed.sorted { $0.key < $1.key }.map(\.entry)
  }
}
