import SocketLoop
import Transfer

/// Peers that have ended their half and wait for our input, in the order in which they ended.
///
/// Many of them have gone, which nothing shows; so they never take what others need.
@LoopActor
final class EndedPeers {
  /// How many may wait.
  static let most = 1000
  /// How many are closed at once where descriptors have run short.
  private static let batch = 64

  private struct Entry {
    let relay: Relay
    /// The socket at the bottom of its connection.
    let connection: ObjectIdentifier?
  }

  private var entries: [UInt64: Entry] = [:]
  private var numbers: [ObjectIdentifier: UInt64] = [:]
  private var oldest: UInt64 = 0
  private var next: UInt64 = 0
  /// Called when a peer has ended its half.
  var onEnd: @LoopActor () -> Void = {}
  var isEmpty: Bool { entries.isEmpty }

  /// Notes when the peer on the right side of a relay has ended its half.
  ///
  /// - Parameter stream: its connection.
  func watch(_ relay: Relay, _ stream: any ByteStream) {
    let connection = stream.connection.map { ObjectIdentifier($0) }
    let tell = relay.sideEnded
    relay.sideEnded = { [weak self, weak relay] side in
      tell(side)
      if side == .right, let relay { self?.add(Entry(relay: relay, connection: connection)) }
    }
  }

  /// Notes a peer that has ended its half. If too many wait, the one that has waited for longest is closed.
  private func add(_ entry: Entry) {
    entry.relay.mayBeDismissed = true
    entries[next] = entry
    numbers[ObjectIdentifier(entry.relay)] = next
    next += 1
    if entries.count > Self.most { _ = dismissOldest() }
    onEnd()
  }

  /// Forgets a connection that is over.
  func remove(_ relay: Relay) {
    if let number = numbers.removeValue(forKey: ObjectIdentifier(relay)) { entries[number] = nil }
  }

  /// Closes some of those that have waited longest; false if there are none.
  func makeRoom() -> Bool {
    var closed = 0
    while closed < Self.batch, dismissOldest() { closed += 1 }
    return closed > 0
  }

  private func dismissOldest() -> Bool {
    while oldest < next {
      defer { oldest += 1 }
      if dismiss(oldest) { return true }
    }
    return false
  }

  /// Closes the connection that has waited longest of some.
  ///
  /// - Returns: its socket; nil if there is no such connection.
  func dismissOldest(where isWanted: (ObjectIdentifier) -> Bool) -> ObjectIdentifier? {
    while oldest < next, entries[oldest] == nil { oldest += 1 }
    for number in oldest..<next {
      guard let connection = entries[number]?.connection, isWanted(connection) else { continue }
      _ = dismiss(number)
      return connection
    }
    return nil
  }

  private func dismiss(_ number: UInt64) -> Bool {
    guard let relay = entries.removeValue(forKey: number)?.relay else { return false }
    numbers[ObjectIdentifier(relay)] = nil
    relay.dismiss()
    return true
  }
}
