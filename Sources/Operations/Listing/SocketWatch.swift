import SocketLoop
import Sockets

/// Finds out which sockets open and close.
///
/// The kernel tells of TCP and UDP sockets that close, and nothing of those that open: these, and all others, are found
/// by comparing the list with the one before. What opens and closes between two lists is seen only if the kernel tells.
@LoopActor
package final class SocketWatch {
  /// What has happened.
  package enum Change: Sendable {
    case opened(SocketListing.Entry)
    /// Closed, or its connection is in another state: the entry as it was known last.
    case closed(SocketListing.Entry)
    /// The same socket in another state.
    case changed(SocketListing.Entry)
  }

  private let request: ListRequest
  private let report: @Sendable (Change) throws(OperationError) -> Void
  private var known: [Key: SocketListing.Entry] = [:]
  /// Those that the kernel told of: a connection that is left in TIME_WAIT has the same number.
  private var destroyed: Set<Key> = []
  private var notices: AsyncSocket?

  private struct Key: Hashable {
    let kind: ListedKind
    let cookie: UInt64
  }

  init(_ request: ListRequest, report: @escaping @Sendable (Change) throws(OperationError) -> Void) {
    self.request = request
    self.report = report
  }

  func run() async throws(OperationError) {
    // Before the first list, so that nothing closes between the two unseen.
    do throws(SystemError) { notices = AsyncSocket(try SocketDestructions.open()) } catch { notices = nil }
    defer { notices?.close() }
    known = try table()
    while try await pause(until: .after(request.interval ?? .seconds(1))) { try compare(with: try table()) }
  }

  /// Until the next list, takes the kernel's notices. Returns false when the watch is over.
  private func pause(until deadline: MonotonicTime) async throws(OperationError) -> Bool {
    while true {
      do throws(LoopError) {
        guard let notices else {
          do throws(WaitError) { try await EventLoop.sleep(until: deadline) } catch { throw LoopError(error) }
          return true
        }
        try await notices.watch.readable(until: deadline)
      } catch {
        return error == .timedOut
      }
      if let notices { try take(from: notices.socket) }
    }
  }

  private func take(from socket: borrowing Socket) throws(OperationError) {
    while true {
      let sockets: [ListedSocket]?
      // Notices that are lost are found by the next list.
      do throws(SystemError) { sockets = try SocketDestructions.next(from: socket) } catch { return }
      guard let sockets else { return }
      for socket in sockets { try note(destroyed: socket) }
    }
  }

  private func note(destroyed socket: ListedSocket) throws(OperationError) {
    let key = Key(kind: socket.kind, cookie: socket.cookie)
    destroyed.insert(key)
    if let entry = known.removeValue(forKey: key) { return try report(.closed(entry)) }
    guard request.filter.matches(socket, []) else { return }
    try report(.closed(SocketListing.Entry(of: socket)))
  }

  private func table() throws(OperationError) -> [Key: SocketListing.Entry] {
    var table: [Key: SocketListing.Entry] = [:]
    for entry in try Operations.list(request).entries {
      table[Key(kind: entry.socket.kind, cookie: entry.socket.cookie)] = entry
    }
    return table
  }

  private func compare(with list: [Key: SocketListing.Entry]) throws(OperationError) {
    destroyed.formIntersection(list.keys)
    let table = list.filter { !destroyed.contains($0.key) }
    let gone = known.filter { table[$0.key] == nil }.values.sorted { $0.socket.cookie < $1.socket.cookie }
    let found = table.values.sorted { $0.socket.cookie < $1.socket.cookie }
    let earlier = known
    known = table
    for entry in gone { try report(.closed(entry)) }
    for entry in found {
      guard let before = earlier[Key(kind: entry.socket.kind, cookie: entry.socket.cookie)] else {
        try report(.opened(entry))
        continue
      }
      if before.socket.state != entry.socket.state { try report(.changed(entry)) }
    }
  }
}
