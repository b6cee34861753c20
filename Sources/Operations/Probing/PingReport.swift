import Sockets

/// What `sock ping` reports as it happens.
package enum PingReport: Sendable {
  case started(SocketAddress)
  /// `isDuplicate`: the probe had been answered before; `isReordered`: a later one had.
  case outcome(ProbeOutcome, sequence: Int, isDuplicate: Bool, isReordered: Bool)
  case finished(PingStatistics)
}
