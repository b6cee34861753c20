import SocketLoop
import Sockets

extension Pump {
  /// Removes unwanted data from the socket's receive buffer without copying it.
  func discard(_ pages: TransferPath.Pages) async throws(Interruption) {
    let source = pages.source
    // With a rate limit every piece may have to wait, and only the task can wait.
    let step: @LoopActor () -> Bool = { self.discardWhatCame(from: source) }
    let discardNext = isLimited ? nil : step
    while true {
      let allowed = isLimited ? try await allowance(Self.discarded) : atMost(Self.discarded)
      // recv(2) of 0 bytes is no way to find out: it would block while nothing more has come.
      if allowed == 0, ahead == nil { throw Interruption(ending: .sourceEnded) }
      switch try move({ () throws(SystemError) in try source.descriptor.discardWithoutWaiting(upTo: allowed) }) {
      case nil: return fallBack()
      case .moved(0): throw Interruption(ending: .sourceEnded)
      case .moved(let count):
        carried(count)
        if isStopping { throw Interruption(ending: .stopped) }
        if isTimeToYield() { await Task.yield() }
        if count < allowed, source.isDrainedByShortRead() { try await wait(for: .source, whileWaiting: discardNext) }
      case .wouldBlock: try await wait(for: .source, whileWaiting: discardNext)
      }
    }
  }

  /// The most that one call discards: in practice, everything that has arrived.
  private static let discarded = 1 << 30

  /// Discards what has arrived while the task waits for the source.
  ///
  /// - Returns: true if nothing is left, so that the task can go on sleeping.
  func discardWhatCame(from source: DescriptorStream) -> Bool {
    let allowed = atMost(Self.discarded)
    let wasLess = moveAsleep(lessThan: allowed) { () throws(SystemError) in
      try source.descriptor.discardWithoutWaiting(upTo: allowed)
    }
    return wasLess && source.isDrainedByShortRead()
  }
}
