/// `sock trace-route`: by which routers packets reach a host.
package struct TraceRouteRequest: Sendable {
  /// Whom, and how.
  package var target: ProbeTarget
  /// The first hop to ask for, from 1.
  package var firstHop = 1
  /// The last hop to ask for.
  package var maxHops = 30
  /// How many probes each hop gets.
  package var probes = 3
  /// Whether addresses are left without names.
  package var isNumeric = false
  /// How long the whole run may take.
  package var deadline: Duration?

  /// A request with the defaults for the rest.
  package init(target: ProbeTarget) { self.target = target }
}
