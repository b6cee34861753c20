/// When a relay ends: the rules that its user may choose, for each side.
package struct RelayRules: Sendable {
  /// What to do when a side's input ends.
  package enum OnEnd: String, Sendable, CaseIterable {
    /// Send the rest, end the other side's sending direction (FIN), and go on in the other direction.
    case halfClose = "half-close"
    /// Send the rest, and leave the other side open.
    case keep
    /// Send the rest, and end.
    case close
  }

  /// What the command line lets its user choose when the peer ends.
  package enum OnPeerEnd: String, Sendable, CaseIterable {
    /// Go on sending until our input ends: a peer that half-closed still gets all of it.
    case `continue`
    /// End at once.
    case exit
  }

  /// What happens after one side's input has ended.
  package struct Side: Sendable {
    /// What to do when it ends.
    package var onEnd = OnEnd.halfClose
    /// From then on, the other side has at most so long; nil for as long as it takes.
    package var wait: Duration?
    /// From then on, silence in both directions for so long ends the relay in good order.
    package var quiet: Duration?
  }

  /// The rules for the left side.
  package var left = Side()
  /// The rules for the right side.
  package var right = Side()
  /// Silence in both directions for so long ends the relay as idle.
  package var idle: Duration?
  /// Whether the end waits, without a limit, until the right side has acknowledged everything.
  package var awaitsDelivery = false

  /// The defaults.
  package init() {}

  subscript(_ side: Relay.SideName) -> Side { side == .left ? left : right }
}
