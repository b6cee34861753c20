import Sockets

/// An ICMP message about a probe.
package struct ProbeError: Sendable {
  /// What it says, and who says it.
  package var error: ExtendedError
  /// How long it took.
  package var time: Duration
}

extension ProbeError: CustomStringConvertible {
  /// `host unreachable, says 10.0.0.1`.
  package var description: String {
    error.meaning + (error.offender.map { ", says \($0.host)" } ?? "")
  }
}
