import SocketLoop
import Sockets

/// Joins two sides: copies each side's input to the other side's output until both inputs have ended.
///
/// A pump runs in each direction; this type only decides when the relay is over. While nothing moves it has no task, and
/// its pumps have none. The rules are the same for both sides:
///
/// | Event on a side | Result |
/// |---|---|
/// | its input ends | deliver the rest and half-close the other side (or leave it open, or end the relay: `onEnd`); standard output is closed |
/// | both inputs have ended | the relay finishes with an orderly close |
/// | its input fails | the relay ends; the other side gets what was read, then a reset |
/// | its output fails | if both directions are one connection, deliver what it sent before; then the relay ends |
/// | it fails while nothing is read from it | the relay ends: a reset, or the reader of standard output has gone |
///
/// An orderly close never loses what was sent: see ``LingeringClose``. A reset tells the peer that data is missing
/// (RFC 1122, section 4.2.2.13), where a FIN would claim that it got everything.
@LoopActor
package final class Relay {
  /// Names one of the two sides.
  package enum SideName: Sendable, Hashable {
    case left, right
    /// The opposite side.
    package var other: SideName { self == .left ? .right : .left }
  }

  /// The streams of one side: a single connection, or a pair such as standard input and output.
  package struct Side {
    /// The stream to read from; nil to read nothing.
    package var input: (any ByteStream)?
    /// The stream to write to.
    package var output: any ByteStream
    /// Whether the relay ends as soon as the output's reader goes away, even with nothing to write.
    package var watchesOutput = false

    /// One connection, used in both directions.
    package init(_ stream: any ByteStream) { (input, output) = (stream, stream) }

    /// Separate streams for input and output.
    package init(input: (any ByteStream)?, output: any ByteStream, watchesOutput: Bool) {
      (self.input, self.output, self.watchesOutput) = (input, output, watchesOutput)
    }

    /// Whether both directions share one connection.
    var isConnection: Bool { input === output }
  }

  /// How the relay ended.
  package enum Ending: Sendable {
    case finished
    /// Reading from this side failed.
    case inputFailed(SideName, SystemError)
    /// Writing to this side failed, or its connection broke.
    case outputFailed(SideName, SystemError)
    case idle
    case cancelled
  }

  /// The state of one side.
  struct State {
    let side: Side
    /// Moves this side's input to the other side; nil if nothing is read.
    let pump: Pump?
    /// Its input has ended, and everything read from it has been passed on.
    var hasEnded = false
    /// Its pump has stopped, for any reason.
    var isDone = false
    /// Its pump has stopped, and that has been noted even if the relay had ended before.
    var isOver = false
    /// The error of the first failed write to it.
    var failure: SystemError?
    /// Some of the other side's data never reached its output.
    var isCut = false
  }

  let rules: RelayRules
  var left: State
  var right: State
  /// Resumed with the ending once nothing of the relay runs any more.
  var whenOver: UnsafeContinuation<Ending, Never>?
  /// How the relay ends, once that is decided.
  var ending: Ending?
  /// What has happened while another event was handled.
  var events: [Event] = []
  var isHandling = false
  /// The waits that run beside the pumps, by number.
  var waits: [Int: Task<Void, Never>] = [:]
  var latestWait = 0
  /// Where it waits for sides to fail from which nothing is read any more.
  var failures: [Suspension] = []
  /// Set when reading has stopped; what was read before is still delivered.
  private var isFinishing = false
  /// Whether ``dismiss()`` can end the wait after a side's input has ended. To be set before that wait begins.
  package var mayBeDismissed = false
  var isDismissed = false
  var dismissal: Suspension?
  /// Called when a side's input has ended.
  package var sideEnded: @LoopActor (SideName) -> Void = { _ in }
  /// Called with a warning when data could not be delivered although no call failed.
  package var warn: @LoopActor (String) -> Void = { _ in }

  /// - Parameters:
  ///   - toRight, toLeft: settings for the pump in each direction.
  package init(
    _ left: Side, _ right: Side, toRight: Pump.Settings = .init(), toLeft: Pump.Settings = .init(), rules: RelayRules
  ) {
    self.rules = rules
    self.left = State(side: left, pump: left.input.map { Pump(from: $0, to: right.output, toRight) })
    self.right = State(side: right, pump: right.input.map { Pump(from: $0, to: left.output, toLeft) })
  }

  /// Whether a side's input has ended, and everything read from it has been passed on.
  package func hasEnded(_ side: SideName) -> Bool { self[side].hasEnded }
  /// The pump from left to right.
  package var toRight: Pump? { left.pump }
  /// The pump from right to left.
  package var toLeft: Pump? { right.pump }

  subscript(_ name: SideName) -> State {
    get { name == .left ? left : right }
    set { if name == .left { left = newValue } else { right = newValue } }
  }

  enum Event: Sendable {
    case pumpEnded(SideName, Pump.Ending)
    case failed(SideName)
    case waitOver
    case idleOver
    case deliveryLimit
  }

  /// Runs the relay until it ends, then closes both sides.
  package func run() async -> Ending {
    let ending = await withTaskCancellationHandler {
      await withUnsafeContinuation { start($0) }
    } onCancel: {
      EventLoop.shared.perform { LoopActor.assumeIsolated { self.decide(.cancelled) } }
    }
    return await close(after: ending)
  }

  /// Returns the ending that an event brings about, or nil to carry on.
  func handle(_ event: Event) -> Ending? {
    switch event {
    case .pumpEnded(let name, let ending): return pumpEnded(name, ending)
    // A program that has gone needs nothing more; what came from it has been read.
    case .failed(let name): return self[name].side.output.mayStopReading ? finish() : failed(name)
    case .waitOver: return finish()
    case .idleOver: return .idle
    case .deliveryLimit:
      for name in [SideName.left, .right] where self[name.other].side.isConnection && !self[name].isDone {
        warn("a part of the input was read and could not be sent: the peer does not take it")
        self[name].pump?.abandon()
      }
      return nil
    }
  }

  private func pumpEnded(_ name: SideName, _ ending: Pump.Ending) -> Ending? {
    self[name].isDone = true
    switch ending {
    case .cancelled where !isFinishing: return .cancelled
    case .cancelled, .stopped: break
    case .sourceFailed(let error): return .inputFailed(name, self[name].failure ?? error)
    case .sinkFailed(let error): return outputFailed(name.other, error)
    case .sourceEnded:
      self[name].hasEnded = true
      self[name].pump?.counter.isComplete = true
      sideEnded(name)
      do throws(SystemError) {
        try self[name.other].side.output.wroteAll()
      } catch {
        return outputFailed(name.other, error)
      }
      // Its reader must not wait for the rest of our input.
      let other = self[name.other]
      if rules[name].onEnd != .keep, !other.isDone, !other.side.isConnection { try? other.side.output.finish() }
    }
    if let failure = self[name].failure { return .outputFailed(name, failure) }
    if isFinishing || self[name.other].isDone { return self[name.other].isDone ? .finished : nil }
    let rule = rules[name].onEnd
    if rule == .close || self[name].side.input?.endIsFinal == true { return finish() }
    if rule == .halfClose { try? self[name.other].side.output.finish() }
    // Its pump has stopped reading, so only the watch will notice a reset.
    if self[name].side.isConnection { watch(name) }
    startWaiting(after: name)
    return nil
  }

  /// Handles a failed write to a side.
  private func outputFailed(_ name: SideName, _ error: SystemError) -> Ending? {
    if error.number == .brokenPipe, self[name].side.output.mayStopReading {
      return self[name].isDone ? .finished : nil
    }
    self[name].failure = self[name].failure ?? error
    guard self[name].side.isConnection, !self[name].isDone else {
      self[name].isCut = true
      (self[name].side.output.pages)?.hasFailed = true
      return .outputFailed(name, error)
    }
    // The peer is gone, but data that it sent earlier may still be waiting in the receive buffer, so keep reading. Not
    // so after a timeout or a refused message: then the peer is still there and may never send anything.
    if self[name].side.output.hasNoEnd
      || [.timedOut, .messageTooLong, .badMessage, .notPermitted, .noProcess, .tooManyReferences].contains(error.number)
    {
      self[name].pump?.stop()
    }
    return nil
  }

  /// Handles the failure of a side from which nothing was being read.
  private func failed(_ name: SideName) -> Ending {
    let state = self[name]
    if state.side.isConnection {
      let pending = try? state.side.output.connection?.socket.pendingError()
      return .outputFailed(
        name, state.failure ?? SystemError(call: "recv", number: pending ?? .connectionReset))
    }
    // A reader that had already taken everything has lost nothing.
    let other = self[name.other]
    self[name].isCut = other.pump?.isHolding == true || other.side.input?.held ?? 0 > 0
    return .outputFailed(name, SystemError(call: "write", number: .brokenPipe))
  }

  /// Starts an orderly end: stops reading, and delivers what has already been read or received.
  private func finish() -> Ending? {
    if isFinishing { return nil }
    isFinishing = true
    for name in [SideName.left, .right] where !self[name].isDone {
      let state = self[name]
      state.pump?.finish(taking: rules.awaitsDelivery ? 0 : heldToTake(state.side.input))
    }
    if left.isDone, right.isDone { return .finished }
    let limit = Self.deliveryLimit
    wait { await Self.sleep(for: limit) ? .deliveryLimit : nil }
    return nil
  }
}
