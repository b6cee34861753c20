import SocketLoop
import Sockets

extension Pump {
  /// What nobody reads is taken off the socket without a copy.
  func discard() async throws(Interruption) {
    // With a limit each piece has to wait for its turn, and only the task can.
    let discardNext: (@LoopActor () -> Bool)? = isLimited ? nil : discardWhatCame
    while true {
      let allowed = isLimited ? try await allowance(Self.discarded) : atMost(Self.discarded)
      switch try move({ () throws(SystemError) in try source.descriptor.discardWithoutWaiting(upTo: allowed) }) {
      case nil: return fallBack()
      case .moved(0): throw Interruption(ending: .sourceEnded)
      case .moved(let count):
        carried(count)
        if isStopping { throw Interruption(ending: .stopped) }
        if isTimeToYield() { await Task.yield() }
        if count < allowed, source.isDrainedByShortRead() { try await wait(for: .source, insteadOfWaking: discardNext) }
      case .wouldBlock: try await wait(for: .source, insteadOfWaking: discardNext)
      }
    }
  }

  /// How many bytes one call may discard: all there are.
  private static let discarded = 1 << 30

  /// Discards what has come while the task waits for the source: true where that was all.
  private func discardWhatCame() -> Bool {
    let allowed = atMost(Self.discarded)
    let wasLess = moveAsleep(lessThan: allowed) { () throws(SystemError) in
      try source.descriptor.discardWithoutWaiting(upTo: allowed)
    }
    return wasLess && source.isDrainedByShortRead()
  }
}
