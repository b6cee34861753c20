import Sockets

/// An ICMP message about a probe.
package struct ProbeError: Sendable {
  /// The message and its sender.
  package var error: ExtendedError
  /// The time from the probe to the message.
  package var time: Duration
}

extension ProbeError: CustomStringConvertible {
  /// `host unreachable, says 10.0.0.1`.
  package var description: String {
    error.meaning + (error.offender.map { ", says \($0.host)" } ?? "")
  }
}
