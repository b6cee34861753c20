import Sockets

/// What `sock ping` tells, as it happens.
package enum PingReport: Sendable {
  case started(SocketAddress)
  /// `isDuplicate`: this probe was answered before; `isReordered`: a later one was.
  case outcome(ProbeOutcome, sequence: Int, isDuplicate: Bool, isReordered: Bool)
  case finished(PingStatistics)
}
