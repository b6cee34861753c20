import SocketLoop
import Sockets
import Transfer

/// An end that is tried again if it cannot be opened: a server that restarts, a serial line that is unplugged.
@LoopActor
final class RetryingSource: EndSource {
  private let base: any EndSource
  private let policy: RetryPolicy
  private let reporter: EventReporter

  init(_ base: any EndSource, _ policy: RetryPolicy, _ reporter: EventReporter) {
    self.base = base
    self.policy = policy
    self.reporter = reporter
  }

  var uses: EndUses { base.uses }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    var isFirst = true
    return try await policy.run { () async throws(OperationError) in
      try await base.open(for: partner)
    } if: { error in
      // A peer that has reset its connection needs nothing more.
      partner?.hasGone != true && error.mayPassAtAnEnd
    } willRetry: { (error, delay, which) in
      if isFirst { reporter.warn("\(error.message): trying again") }
      isFirst = false
      reporter.retry(after: error, in: delay, which)
    }
  }

  func close() { base.close() }
}

extension OperationError {
  /// Whether an end that could not be opened may be opened later. Bad words stay bad, and so do a certificate that is not
  /// trusted and what this system lacks.
  var mayPassAtAnEnd: Bool {
    switch cause {
    case .usage, .peerProtocol, .notSupported: false
    default: true
    }
  }
}
