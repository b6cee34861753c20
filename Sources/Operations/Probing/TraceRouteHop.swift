import Sockets

/// One hop of the route.
package struct TraceRouteHop: Sendable {
  /// The number of the hop, from 1.
  package var number: Int
  /// The outcome of each probe.
  package var outcomes: [ProbeOutcome]
  /// The names of the hosts that answered, if known.
  package var names: [SocketAddress: String]
}
