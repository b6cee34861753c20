/// `sock ping`: test whether a host answers, and how fast.
package struct PingRequest: Sendable {
  /// The host to probe.
  package var target: ProbeTarget
  /// The number of probes; nil for no limit.
  package var count: Int?
  /// The time between probes.
  package var interval = Duration.seconds(1)
  /// `--deadline`: the time limit of the whole run.
  package var deadline: Duration?

  /// A request with defaults for the rest.
  package init(target: ProbeTarget) { self.target = target }
}
