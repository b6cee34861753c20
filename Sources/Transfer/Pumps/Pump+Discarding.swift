import SocketLoop
import Sockets

extension Pump {
  /// What nobody reads is taken off the socket without a copy.
  func discard(_ pages: TransferPath.Pages) async throws(Interruption) {
    let source = pages.source
    // With a limit each piece has to wait for its turn, and only the task can.
    let step: @LoopActor () -> Bool = { self.discardWhatCame(from: source) }
    let discardNext = isLimited ? nil : step
    while true {
      let allowed = isLimited ? try await allowance(Self.discarded) : atMost(Self.discarded)
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

  /// How many bytes one call may discard: all there are.
  private static let discarded = 1 << 30

  /// Discards what has come while the task waits for the source: true where that was all.
  private func discardWhatCame(from source: DescriptorStream) -> Bool {
    let allowed = atMost(Self.discarded)
    let wasLess = moveAsleep(lessThan: allowed) { () throws(SystemError) in
      try source.descriptor.discardWithoutWaiting(upTo: allowed)
    }
    return wasLess && source.isDrainedByShortRead()
  }
}
