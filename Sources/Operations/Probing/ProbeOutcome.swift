import Sockets

/// The outcome of a probe.
package enum ProbeOutcome: Sendable {
  /// The host answered.
  case answer(ProbeAnswer)
  /// The host answered with data that differs from what was sent.
  case corrupted(ProbeAnswer, Corruption)
  /// An ICMP error about the probe arrived.
  case report(ProbeError)
  /// The kernel could not send the probe, or gave up.
  case failed(ErrorNumber)
  /// Nothing arrived in time.
  case silence
}

extension ProbeOutcome {
  /// The sender of the answer or the error.
  package var from: SocketAddress? {
    switch self {
    case .answer(let answer), .corrupted(let answer, _): answer.from.with(port: 0)
    case .report(let report): report.error.offender?.with(port: 0)
    case .failed, .silence: nil
    }
  }
}
