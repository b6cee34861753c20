import SocketLoop
import Transfer

/// A relay whose left side is our standard streams, and whose right side is a peer.
@LoopActor
struct StandardSession {
  let relay: Relay
  /// Counts what was sent.
  let sent: ByteCounter
  /// Counts what was received.
  let received: ByteCounter

  /// Whether the peer sent more than was agreed.
  var receivedTooMuch: Bool { relay.toLeft?.limit.hasMore == true }

  /// Runs the relay to its end, and closes the connection.
  func run() async -> SessionEnding { SessionEnding(await relay.run()) }
}
