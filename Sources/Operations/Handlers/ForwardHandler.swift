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
    let pair = EndPair(stream, peer, of: self)
    do throws(OperationError) {
      try await pair.run()
      return .served
    } catch {
      return Task.isCancelled ? .served : .peerFailed(error)
    }
  }

  /// Opens the right side for a left side that was opened, not accepted, and relays until both have ended.
  func join(_ left: OpenEnd) async throws(OperationError) { try await EndPair(left, of: self).run() }
}
