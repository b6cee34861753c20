/// Which way data flows between our standard streams and a peer.
package enum Direction: Sendable {
  case both
  /// What the peer sends is discarded; the session ends once the peer has acknowledged everything.
  case sendOnly
  /// Our input is never read.
  case receiveOnly
}
