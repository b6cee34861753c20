/// How far the connections of a run have come: what `--progress` shows.
package struct ProgressReport: Sendable, Equatable {
  /// One direction, of all connections together.
  package struct Way: Sendable, Equatable {
    /// How many bytes it has carried.
    package var bytes: UInt64
    /// How many it carried in each of the latest seconds; in the last report, of all.
    package var bytesPerSecond: Double
    /// How many it is to carry; nil where nobody knows.
    package var total: UInt64?

    /// A direction from its parts.
    package init(bytes: UInt64, bytesPerSecond: Double = 0, total: UInt64? = nil) {
      self.bytes = bytes
      self.bytesPerSecond = bytesPerSecond
      self.total = total
    }

    /// How long the rest takes at this rate, in seconds; nil where there is no knowing.
    package var secondsLeft: Double? {
      guard let total, bytesPerSecond > 0 else { return nil }
      return total > bytes ? Double(total - bytes) / bytesPerSecond : 0
    }
  }

  /// What goes to the peers; nil where nothing does by the user's choice.
  package var sent: Way?
  /// What comes from the peers; nil where nobody wants it.
  package var received: Way?
  /// How long since the first connection.
  package var seconds: Double
  /// The direction of which it is known how much it is to carry.
  package var measured: Way? { sent?.total != nil ? sent : received?.total != nil ? received : nil }
  /// How many connections there are now.
  package var connections: Int
  /// Nothing comes after it.
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
