/// The end of a `sock ping`.
package struct PingStatistics: Sendable {
  /// How many probes were sent.
  package var sent = 0
  /// How many of them were answered, duplicates apart.
  package var received = 0
  /// How many answers came again.
  package var duplicates = 0
  /// How many answers came after that of a later probe.
  package var reordered = 0
  /// How many answers did not bring back what was sent.
  package var corrupted = 0
  /// How many probes ended with an ICMP error, or could not be sent.
  package var errors = 0
  /// How long the run took.
  package var seconds = 0.0
  /// The shortest time in seconds; 0 without answers.
  package var minimum = 0.0
  /// The longest.
  package var maximum = 0.0
  private var sum = 0.0
  private var squares = 0.0

  /// Of nothing yet.
  package init() {}

  /// The mean time in seconds.
  package var average: Double { received == 0 ? 0 : sum / Double(received) }
  /// The standard deviation of the times in seconds.
  package var deviation: Double {
    received == 0 ? 0 : max(0, squares / Double(received) - average * average).squareRoot()
  }
  /// How many of a hundred were not answered.
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
