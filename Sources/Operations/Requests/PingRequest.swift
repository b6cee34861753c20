/// `sock ping`: whether a host answers, and how fast.
package struct PingRequest: Sendable {
  /// Whom, and how.
  package var target: ProbeTarget
  /// How many probes; nil for no end.
  package var count: Int?
  /// From one probe to the next.
  package var interval = Duration.seconds(1)
  /// How long the whole run may take.
  package var deadline: Duration?

  /// A request with the defaults for the rest.
  package init(target: ProbeTarget) { self.target = target }
}
