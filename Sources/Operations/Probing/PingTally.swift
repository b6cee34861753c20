import SocketLoop
import Sockets

/// Keeps track of the probes of a ping: which have been sent and answered, and in which order.
struct PingTally {
  private enum State { case waiting, lost, failed, corrupted, answered }
  private struct Sent {
    let moment: MonotonicTime
    var state = State.waiting
  }

  private(set) var statistics = PingStatistics()
  private var probes: [Int: Sent] = [:]
  /// The oldest probe that is still waiting; all earlier ones were answered or have timed out.
  private var oldest = 1
  private var highestAnswered = 0

  /// How many of the latest probes are remembered. An answer to an earlier probe cannot be matched.
  private static let memory = 8192

  /// The number of the next probe, from 1.
  var next: Int { statistics.sent + 1 }

  /// Registers a probe about to be sent, and returns its number.
  mutating func send() -> Int {
    statistics.sent += 1
    let sequence = statistics.sent
    probes[sequence] = Sent(moment: .now)
    probes[sequence - Self.memory] = nil
    return sequence
  }

  /// The probe whose number has these low 16 bits, and when it was sent.
  func probe(_ sequence: UInt16) -> (sequence: Int, moment: MonotonicTime)? {
    let distance = UInt16(truncatingIfNeeded: statistics.sent) &- sequence
    let number = statistics.sent - Int(distance)
    return probes[number].map { (number, $0.moment) }
  }

  /// How an answer relates to earlier ones: new, a duplicate, or reordered.
  struct Counted {
    var isNews = true
    var isDuplicate = false
    var isReordered = false
  }

  /// Counts the outcome of a probe.
  mutating func count(_ outcome: ProbeOutcome, sequence: Int) -> Counted {
    guard let state = probes[sequence]?.state else { return Counted(isNews: false) }
    var counted = Counted()
    switch outcome {
    case .answer(let answer):
      if state == .answered {
        statistics.duplicates += 1
        counted.isDuplicate = true
        return counted
      }
      // It was answered after all, so it is neither lost nor failed.
      if state == .failed { statistics.errors -= 1 }
      probes[sequence]?.state = .answered
      statistics.add(answer.time)
      counted.isReordered = sequence < highestAnswered
      if counted.isReordered { statistics.reordered += 1 }
      highestAnswered = max(highestAnswered, sequence)
    case .corrupted:
      statistics.corrupted += 1
      // A correct answer may still arrive, but the ping does not wait for it.
      if state == .waiting { probes[sequence]?.state = .corrupted }
    case .report, .failed:
      if state == .waiting || state == .lost {
        probes[sequence]?.state = .failed
        statistics.errors += 1
      }
    case .silence:
      counted.isNews = state == .waiting
      if state == .waiting { probes[sequence]?.state = .lost }
    }
    return counted
  }

  /// When the oldest probe still waiting was sent.
  var oldestWaiting: MonotonicTime? {
    mutating get {
      while oldest <= statistics.sent {
        if let probe = probes[oldest], probe.state == .waiting { return probe.moment }
        oldest += 1
      }
      return nil
    }
  }

  /// When the latest probe was sent.
  var latest: MonotonicTime? { probes[statistics.sent]?.moment }

  /// The probes that have timed out.
  mutating func expired(before now: MonotonicTime, timeout: Duration) -> [Int] {
    var result: [Int] = []
    var sequence = oldest
    while sequence <= statistics.sent {
      if let probe = probes[sequence] {
        if probe.moment.advanced(by: timeout) > now { break }
        if probe.state == .waiting { result.append(sequence) }
      }
      sequence += 1
    }
    return result
  }
}
