import Sockets

/// One hop of the way.
package struct TraceRouteHop: Sendable {
  /// Which, from 1.
  package var number: Int
  /// What became of each probe.
  package var outcomes: [ProbeOutcome]
  /// The names of those who answered, where they have one.
  package var names: [SocketAddress: String]
}
