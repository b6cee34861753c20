import Sockets

/// What `sock bench` found, or finds so far.
package struct BenchReport: Sendable {
  /// How many streams did it.
  package var streams = 0
  /// The most of them that were at work at the same time: fewer where the server could not serve them all at once.
  package var streamsAtOnce = 0
  /// How long at least one was at work, in seconds.
  package var seconds = 0.0
  /// What was sent.
  package var sent: UInt64 = 0
  /// What was received.
  package var received: UInt64 = 0
  /// What the server says that it received; nil where it says nothing.
  package var confirmed: UInt64?
  /// The rounds of latency, or the connections that were made, with their times.
  package var times = LatencyHistogram()
  /// The datagrams that were sent, and what became of them.
  package var datagramsSent = 0
  /// Those that arrived.
  package var datagramsReceived = 0
  /// Those that came behind later ones.
  package var datagramsReordered = 0
  /// Those that came twice.
  package var datagramsDuplicate = 0
  /// How unevenly they came: RFC 3550.
  package var jitter = Duration.zero
  /// The processor's time here: user and system, in seconds.
  package var userSeconds = 0.0
  /// System time.
  package var systemSeconds = 0.0
  /// The processor's time of the server's process; nil where it says nothing.
  package var serverSeconds: Double?
  /// What the kernel says of each connection at its end.
  package var information: [TCPInformation] = []

  /// Of a hundred datagrams that were sent, how many did not arrive.
  package var lossPercent: Double {
    datagramsSent == 0 ? 0 : 100 * Double(max(0, datagramsSent - datagramsReceived)) / Double(datagramsSent)
  }

  /// Without a result.
  package init() {}
}
