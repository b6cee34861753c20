import Glibc
import Sockets

/// Who has the address that `bind(2)` or `listen(2)` found in use.
enum AddressHolder {
  /// `nginx (pid 812) is listening on 0.0.0.0:80`; nil if the kernel does not tell.
  static func sentence(about address: SocketAddress, over transport: Transport) -> String? {
    let kinds = ListedKind.competing(for: transport, address.family)
    var filter = SocketFilter()
    filter.conditions = [SocketFilter.Condition([.kinds(kinds)])]
    guard let listing = try? SocketListing(filter) else { return nil }
    let holders = listing.entries.filter { $0.socket.local.conflicts(with: address) }
    guard let holder = holders.max(by: { weight($0) < weight($1) }) else { return nil }
    return sentence(about: holder)
  }

  private static func sentence(about holder: SocketListing.Entry) -> String {
    let socket = holder.socket
    let what = socket.isListening ? "is listening on \(socket.local)" : "has \(socket.local)"
    if let owner = holder.owners.first { return "\(owner) \(what)" }
    if socket.state == "time-wait" || socket.inode == 0 {
      return "a connection to \(socket.peer.map { "\($0)" } ?? "a peer") is not over yet (\(socket.state))"
    }
    let user = socket.user.map { " of user \(name(of: $0))" } ?? ""
    return geteuid() == 0 ? "a process in another container \(what)" : "a process\(user) \(what)"
  }

  private static func name(of user: UInt32) -> String {
    unsafe getpwuid(user).map { unsafe String(cString: $0.pointee.pw_name) } ?? "\(user)"
  }

  /// The one that says most comes first: a listener before a connection, one with a process before one without.
  private static func weight(_ entry: SocketListing.Entry) -> Int {
    (entry.owners.isEmpty ? 0 : 2) + (entry.socket.isListening ? 1 : 0)
  }
}

extension OperationError {
  /// The same error, with who has the address if it is in use.
  func namingHolder(of address: SocketAddress, over transport: Transport) -> OperationError {
    guard errorNumber == .addressInUse, let sentence = AddressHolder.sentence(about: address, over: transport) else {
      return self
    }
    var error = self
    error.message += ": " + sentence
    return error
  }
}
