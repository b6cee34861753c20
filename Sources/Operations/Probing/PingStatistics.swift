/// The summary of `sock ping`.
package struct PingStatistics: Sendable {
  /// Probes sent.
  package var sent = 0
  /// Probes answered.
  package var received = 0
  /// Duplicate answers.
  package var duplicates = 0
  /// Answers that arrived after the answer to a later probe.
  package var reordered = 0
  /// Answers with wrong data.
  package var corrupted = 0
  /// Probes that ended with an ICMP error, or could not be sent.
  package var errors = 0
  /// The duration of the run in seconds.
  package var seconds = 0.0
  /// The shortest round-trip time in seconds; 0 without answers.
  package var minimum = 0.0
  /// The longest round-trip time in seconds.
  package var maximum = 0.0
  private var sum = 0.0
  private var squares = 0.0

  /// Creates statistics without probes.
  package init() {}

  /// The mean round-trip time in seconds.
  package var average: Double { received == 0 ? 0 : sum / Double(received) }
  /// The standard deviation of the round-trip times in seconds.
  package var deviation: Double {
    received == 0 ? 0 : max(0, squares / Double(received) - average * average).squareRoot()
  }
  /// The percentage of probes without an answer.
  package var lossPercent: Double { sent == 0 ? 0 : Double(sent - received) * 100 / Double(sent) }

  /// Counts an answer.
  package mutating func add(_ time: Duration) {
    let seconds = time.inSeconds
    minimum = received == 0 ? seconds : min(minimum, seconds)
    maximum = max(maximum, seconds)
    sum += seconds
    squares += seconds * seconds
    received += 1
  }
}
