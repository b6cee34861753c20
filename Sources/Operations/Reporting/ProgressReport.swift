/// The progress of all connections of a run: what `--progress` shows.
package struct ProgressReport: Sendable, Equatable {
  /// One direction of all connections together.
  package struct Way: Sendable, Equatable {
    /// Bytes carried so far.
    package var bytes: UInt64
    /// The rate over the latest seconds; in the last report, over the whole run.
    package var bytesPerSecond: Double
    /// The total number of bytes to carry; nil if unknown.
    package var total: UInt64?

    /// A direction from its parts.
    package init(bytes: UInt64, bytesPerSecond: Double = 0, total: UInt64? = nil) {
      self.bytes = bytes
      self.bytesPerSecond = bytesPerSecond
      self.total = total
    }

    /// The remaining time at this rate, in seconds; nil if unknown.
    package var secondsLeft: Double? {
      guard let total, bytesPerSecond > 0 else { return nil }
      return total > bytes ? Double(total - bytes) / bytesPerSecond : 0
    }
  }

  /// What is sent; nil with `--recv-only`.
  package var sent: Way?
  /// What is received; nil with `--send-only`.
  package var received: Way?
  /// Seconds since the first connection.
  package var seconds: Double
  /// The direction with a known total; nil if neither has one.
  package var measured: Way? { sent?.total != nil ? sent : received?.total != nil ? received : nil }
  /// Connections open now.
  package var connections: Int
  /// Whether this is the last report.
  package var isLast: Bool

  /// A report from its parts.
  package init(
    sent: Way? = nil, received: Way? = nil, seconds: Double = 0, connections: Int = 1, isLast: Bool = false
  ) {
    self.sent = sent
    self.received = received
    self.seconds = seconds
    self.connections = connections
    self.isLast = isLast
  }
}
