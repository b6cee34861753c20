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

  private var relays: [UInt64: Relay] = [:]
  private var numbers: [ObjectIdentifier: UInt64] = [:]
  private var oldest: UInt64 = 0
  private var next: UInt64 = 0

  /// Notes when the peer on the right side of a relay has ended its half.
  func watch(_ relay: Relay) {
    let tell = relay.sideEnded
    relay.sideEnded = { [weak self, weak relay] side in
      tell(side)
      if side == .right, let relay { self?.add(relay) }
    }
  }

  /// Notes a peer that has ended its half. If too many wait, the one that has waited for longest is closed.
  private func add(_ relay: Relay) {
    relay.mayBeDismissed = true
    relays[next] = relay
    numbers[ObjectIdentifier(relay)] = next
    next += 1
    if relays.count > Self.most { _ = dismissOldest() }
  }

  /// Forgets a connection that is over.
  func remove(_ relay: Relay) {
    if let number = numbers.removeValue(forKey: ObjectIdentifier(relay)) { relays[number] = nil }
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
      guard let relay = relays.removeValue(forKey: oldest) else { continue }
      numbers[ObjectIdentifier(relay)] = nil
      relay.dismiss()
      return true
    }
    return false
  }
}
