import Sockets

/// The measurements of `sock bench`, final or so far.
package struct BenchReport: Sendable {
  /// The number of streams.
  package var streams = 0
  /// The maximum number of streams active at the same time, which is lower if the server could not serve all of them at
  /// once.
  package var streamsAtOnce = 0
  /// Whether a signal ended the run early, so that the server has not told its part.
  package var isInterrupted = false
  /// The number of seconds in which at least one stream was active.
  package var seconds = 0.0
  /// Bytes sent.
  package var sent: UInt64 = 0
  /// Bytes received.
  package var received: UInt64 = 0
  /// Bytes that the server reports as received; nil if it sends no report.
  package var confirmed: UInt64?
  /// The round-trip times, or the times to connect.
  package var times = LatencyHistogram()
  /// Datagrams sent.
  package var datagramsSent = 0
  /// Datagrams that arrived.
  package var datagramsReceived = 0
  /// Datagrams that arrived after a later one.
  package var datagramsReordered = 0
  /// Datagrams that arrived more than once.
  package var datagramsDuplicate = 0
  /// The interarrival jitter, as RFC 3550 defines it.
  package var jitter = Duration.zero
  /// User CPU time of this process, in seconds.
  package var userSeconds = 0.0
  /// System CPU time of this process, in seconds.
  package var systemSeconds = 0.0
  /// CPU time of the server's process, in seconds; nil if it sends no report.
  package var serverSeconds: Double?
  /// The `TCP_INFO` of each connection at its end.
  package var information: [TCPInformation] = []

  /// The percentage of datagrams sent that did not arrive.
  package var lossPercent: Double {
    datagramsSent == 0 ? 0 : 100 * Double(max(0, datagramsSent - datagramsReceived)) / Double(datagramsSent)
  }

  /// Creates a report without measurements.
  package init() {}
}
