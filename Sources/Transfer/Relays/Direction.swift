/// Which ways data flows between us and a peer.
package enum Direction: Sendable {
  case both
  /// What the peer sends is discarded; the session ends once the peer has acknowledged everything.
  case sendOnly
  /// Our input is never read.
  case receiveOnly
}
