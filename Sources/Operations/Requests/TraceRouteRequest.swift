/// `sock trace-route`: the routers on the way to a host.
package struct TraceRouteRequest: Sendable {
  /// The host to probe.
  package var target: ProbeTarget
  /// The first hop to probe, from 1.
  package var firstHop = 1
  /// The last hop to probe.
  package var maxHops = 30
  /// The number of probes for each hop.
  package var probes = 3
  /// Whether to skip the reverse lookup of addresses.
  package var isNumeric = false
  /// `--deadline`: the time limit of the whole run.
  package var deadline: Duration?

  /// A request with defaults for the rest.
  package init(target: ProbeTarget) { self.target = target }
}
