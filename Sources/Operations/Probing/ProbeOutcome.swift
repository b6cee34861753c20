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
