import Sockets

/// When a relay ends: the rules that can be chosen for each side.
package struct RelayRules: Sendable {
  /// What to do when a side's input ends.
  package enum OnEnd: String, Sendable, CaseIterable {
    /// Deliver the rest, half-close the other side (FIN), and carry on in the opposite direction.
    case halfClose = "half-close"
    /// Deliver the rest, and leave the other side open.
    case keep
    /// Deliver the rest, then end the relay.
    case close
  }

  /// The command line's choices for when the peer ends.
  package enum OnPeerEnd: String, Sendable, CaseIterable {
    /// Keep sending until our input ends, so that a half-closed peer still gets all of it.
    case `continue`
    /// Stop reading our input, deliver what was read, and end.
    case exit
  }

  /// What happens after one side's input has ended.
  package struct Side: Sendable {
    /// What to do when the input ends.
    package var onEnd = OnEnd.halfClose
    /// How long the other side may be silent after that; nil for no limit. Whatever comes from it starts the time anew.
    package var wait: Duration?
    /// How much silence in both directions after that ends the relay as finished; nil for no limit.
    package var quiet: Duration?

    /// The defaults.
    package init() {}
  }

  /// The rules for the left side.
  package var left = Side()
  /// The rules for the right side.
  package var right = Side()
  /// How much silence in both directions ends the relay as idle; nil for no limit.
  package var idle: Duration?
  /// Whether to wait at the end, with no time limit, until the right side has acknowledged everything.
  package var awaitsDelivery = false

  /// The defaults.
  package init() {}

  subscript(_ side: Relay.SideName) -> Side { side == .left ? left : right }
}

/// Which way data flows between our standard streams and a peer.
package enum Direction: Sendable {
  case both
  /// What the peer sends is discarded; the session ends once the peer has acknowledged everything.
  case sendOnly
  /// Our input is never read.
  case receiveOnly
}

/// How a session between our standard streams and a peer ended.
package enum SessionEnding: Sendable {
  case finished
  /// The connection broke: a reset, or the network gave up.
  case connectionFailed(SystemError)
  case inputFailed(SystemError)
  case outputFailed(SystemError)
  case idle
  case cancelled

  /// Translates the ending of a relay whose left side is our standard streams.
  package init(_ ending: Relay.Ending) {
    self =
      switch ending {
      case .finished: .finished
      case .inputFailed(.left, let error): .inputFailed(error)
      case .outputFailed(.left, let error): .outputFailed(error)
      case .inputFailed(.right, let error), .outputFailed(.right, let error): .connectionFailed(error)
      case .idle: .idle
      case .cancelled: .cancelled
      }
  }
}
