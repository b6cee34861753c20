import Sockets

/// What `sock bench` found, or finds so far.
public struct BenchReport: Sendable {
  /// How many streams did it.
  public var streams = 0
  /// The most of them that were at work at the same time: fewer where the server could not serve them all at once.
  public var streamsAtOnce = 0
  /// How long at least one was at work, in seconds.
  public var seconds = 0.0
  /// What was sent.
  public var sent: UInt64 = 0
  /// What was received.
  public var received: UInt64 = 0
  /// What the server says that it received; nil where it says nothing.
  public var confirmed: UInt64?
  /// The rounds of latency, or the connections that were made, with their times.
  public var times = LatencyHistogram()
  /// The datagrams that were sent, and what became of them.
  public var datagramsSent = 0
  /// Those that arrived.
  public var datagramsReceived = 0
  /// Those that came behind later ones.
  public var datagramsReordered = 0
  /// Those that came twice.
  public var datagramsDuplicate = 0
  /// How unevenly they came: RFC 3550.
  public var jitter = Duration.zero
  /// The processor's time here: user and system, in seconds.
  public var userSeconds = 0.0
  /// System time.
  public var systemSeconds = 0.0
  /// The processor's time of the server's process; nil where it says nothing.
  public var serverSeconds: Double?
  /// What the kernel says of each connection at its end.
  public var information: [TCPInformation] = []

  /// Of a hundred datagrams that were sent, how many did not arrive.
  public var lossPercent: Double {
    datagramsSent == 0 ? 0 : 100 * Double(max(0, datagramsSent - datagramsReceived)) / Double(datagramsSent)
  }

  /// Without a result.
  public init() {}
}
