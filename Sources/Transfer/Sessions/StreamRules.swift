/// When a session on a stream ends: the rules of "End of input" that its user may choose.
package struct StreamRules: Sendable {
  /// What to do when our input ends.
  package enum OnEOF: String, Sendable, CaseIterable {
    /// Send the rest, then shut the sending half down (FIN), and go on receiving.
    case halfClose = "half-close"
    /// Send the rest, and leave the sending half open.
    case keep
    /// Send the rest, and end.
    case close
  }

  /// What to do when the peer ends.
  package enum OnPeerEOF: String, Sendable, CaseIterable {
    /// Go on sending until our input ends: a peer that half-closed still gets all of it.
    case `continue`
    /// End at once.
    case exit
  }

  /// Which ways data flows.
  package enum Direction: Sendable {
    case both
    /// What the peer sends is discarded; the session ends once the peer has acknowledged everything.
    case sendOnly
    /// Our input is never read.
    case receiveOnly
  }

  /// What to do when our input ends.
  package var onEOF = OnEOF.halfClose
  /// What to do when the peer ends.
  package var onPeerEOF = OnPeerEOF.continue
  /// Which ways data flows.
  package var direction = Direction.both
  /// After our input has ended, at most so long for the peer.
  package var wait: Duration?
  /// After our input has ended, at most so long without traffic: in the place of a half-close, where there is none.
  package var quiet: Duration?
  /// Without traffic for so long, the session ends.
  package var idle: Duration?
  /// A peer that has ended, and to which nothing was sent for so long, is done with; nil to keep it until our input ends.
  package var endedPeerTimeout: Duration?
  /// `SO_LINGER` was set: with a time of 0 closing is meant to reset, and nothing is waited for.
  package var mayReset = false

  /// The defaults.
  package init() {}
}
