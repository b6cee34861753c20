import SocketLoop
import Sockets
import Transfer

/// `sock relay`: opens the right side for each left side that has come, and joins the two.
@LoopActor
final class ForwardHandler: Handler {
  let right: any EndSource
  let options: ConnectionOptions
  /// `--pass-fds`.
  let passesDescriptors: Bool
  /// `--frame`.
  let frame: FrameFormat?
  /// What is done to the data on purpose.
  let faults: FaultPlan
  let taps: TapSet
  let reporter: EventReporter
  /// Whether there may be many connections, so that each failure is reported as it happens. A single connection's
  /// failure is that of the run.
  let isOneOfSeveral: Bool

  init(
    to right: any EndSource, _ request: RelayRequest, _ taps: TapSet, _ reporter: EventReporter,
    isOneOfSeveral: Bool
  ) {
    self.right = right
    options = request.options
    passesDescriptors = request.passesDescriptors
    frame = request.frame
    faults = request.faults
    self.taps = taps
    self.reporter = reporter
    self.isOneOfSeveral = isOneOfSeveral
  }

  /// How many left sides have been joined with a right.
  var joined = 0

  /// How many connections there can be at the same time.
  var atOnce: Int { right.uses == .many ? .max : 1 }

  func serve(_ stream: any ByteStream, _ peer: Peer) async -> ServiceOutcome {
    let pair = pair(stream, peer)
    await pair.relayToTheEnd()
    return outcome(of: pair)
  }

  // Functions of their own, so that what they need does not stand in the frame of a suspended one.
  @inline(never)
  private func pair(_ stream: any ByteStream, _ peer: Peer) -> EndPair { EndPair(stream, peer, of: self) }

  @inline(never)
  private func outcome(of pair: EndPair) -> ServiceOutcome {
    guard let error = pair.failure, !Task.isCancelled else { return .served }
    return .peerFailed(error)
  }

  /// Opens the right side for a left side that was opened, not accepted, and relays until both have ended.
  func join(_ left: OpenEnd) async throws(OperationError) { try await EndPair(left, of: self).run() }
}
