import Sockets

/// What became of one probe.
package enum ProbeOutcome: Sendable {
  /// The host itself answered.
  case answer(ProbeAnswer)
  /// The host's answer does not bring back what was sent: it is no good.
  case corrupted(ProbeAnswer, Corruption)
  /// Somebody reported by ICMP what became of the probe.
  case report(ProbeError)
  /// The kernel could not send it, or gave up.
  case failed(ErrorNumber)
  /// Nothing came in time.
  case silence
}

/// An answer of the host that was asked.
package struct ProbeAnswer: Sendable {
  /// What it was; the raw value is its name in JSON.
  package enum Kind: String, Sendable {
    case echo, connected, refused, data
    case portUnreachable = "port-unreachable"
  }
  /// What it was.
  package var kind: Kind
  /// Who answered.
  package var from: SocketAddress
  /// How long it took.
  package var time: Duration
  /// How many bytes came; nil where that has no meaning.
  package var bytes: Int?
  /// How many hops the answer had left.
  package var hopLimit: Int?
}

/// What is wrong with an echo reply.
package enum Corruption: Sendable, Hashable {
  case checksum
  /// Of the data: how many bytes were sent.
  case length(sent: Int)
  /// The first byte that is not the one that was sent.
  case byte(Int)
}

extension Corruption: CustomStringConvertible {
  /// In words.
  package var description: String {
    switch self {
    case .checksum: "wrong checksum"
    case .length(let count): "wrong length: \(count) bytes were sent"
    case .byte(let offset): "wrong data from byte \(offset) on"
    }
  }
}

/// An ICMP message about a probe.
package struct ProbeError: Sendable {
  /// What it says, and who says it.
  package var error: ExtendedError
  /// How long it took.
  package var time: Duration
}

extension ProbeError: CustomStringConvertible {
  /// `host unreachable, says 10.0.0.1`.
  package var description: String {
    error.meaning + (error.offender.map { ", says \($0.host)" } ?? "")
  }
}

/// What `sock ping` tells, as it happens.
package enum PingReport: Sendable {
  case started(SocketAddress)
  /// `isDuplicate`: this probe was answered before; `isReordered`: a later one was.
  case outcome(ProbeOutcome, sequence: Int, isDuplicate: Bool, isReordered: Bool)
  case finished(PingStatistics)
}

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

/// What `sock trace-route` tells, as it happens.
package enum TraceRouteReport: Sendable {
  case started(SocketAddress)
  case hop(TraceRouteHop)
  case finished(reached: Bool, hops: Int)
}

/// One hop of the way.
package struct TraceRouteHop: Sendable {
  /// Which, from 1.
  package var number: Int
  /// What became of each probe.
  package var outcomes: [ProbeOutcome]
  /// The names of those who answered, where they have one.
  package var names: [SocketAddress: String]
}

extension ProbeOutcome {
  /// Who answered.
  package var from: SocketAddress? {
    switch self {
    case .answer(let answer), .corrupted(let answer, _): answer.from.with(port: 0)
    case .report(let report): report.error.offender?.with(port: 0)
    case .failed, .silence: nil
    }
  }
}

extension Duration {
  /// In seconds.
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
