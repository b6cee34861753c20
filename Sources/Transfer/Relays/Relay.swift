import SocketLoop
import Sockets

/// Joins two sides: copies each side's input to the other side's output until both inputs have ended.
///
/// A pump runs in each direction; this type only decides when the relay is over. The rules are the same for both sides:
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
    /// The error of the first failed write to it.
    var failure: SystemError?
    /// Some of the other side's data never reached its output.
    var isCut = false
  }

  let rules: RelayRules
  var left: State
  var right: State
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
    let ending = await withTaskGroup(of: Event?.self) { group in
      let ending = await conduct(&group)
      group.cancelAll()
      return ending
    }
    return await close(after: ending)
  }

  private func conduct(_ group: inout TaskGroup<Event?>) async -> Ending {
    for name in [SideName.left, .right] {
      if let pump = self[name].pump {
        add(to: &group) {
          let ending = await pump.run()
          // Here, because a pump also ends when the relay does: a member of a broadcast must not hold the others back.
          pump.source.stopReading()
          return .pumpEnded(name, ending)
        }
      } else {
        (self[name].isDone, self[name].hasEnded) = (true, true)
      }
    }
    if let idle = rules.idle { add(to: &group) { await self.isSilent(for: idle) ? .idleOver : nil } }
    for name in [SideName.left, .right] where self[name].side.watchesOutput { watch(name, &group) }
    for name in [SideName.left, .right] where self[name].hasEnded { startWaiting(after: name, &group) }
    while let event = await group.next() {
      guard let event else { continue }
      if let ending = handle(event, &group) { return ending }
    }
    return .cancelled
  }

  func add(to group: inout TaskGroup<Event?>, _ work: @escaping @LoopActor @Sendable () async -> Event?) {
    group.addTask(executorPreference: EventLoop.shared) { await work() }
  }

  /// Returns the ending that an event brings about, or nil to carry on.
  private func handle(_ event: Event, _ group: inout TaskGroup<Event?>) -> Ending? {
    switch event {
    case .pumpEnded(let name, let ending): return pumpEnded(name, ending, &group)
    // A program that has gone needs nothing more; what came from it has been read.
    case .failed(let name): return self[name].side.output.mayStopReading ? finish(&group) : failed(name)
    case .waitOver: return finish(&group)
    case .idleOver: return .idle
    case .deliveryLimit:
      for name in [SideName.left, .right] where self[name.other].side.isConnection && !self[name].isDone {
        warn("a part of the input was read and could not be sent: the peer does not take it")
        self[name].pump?.abandon()
      }
      return nil
    }
  }

  private func pumpEnded(_ name: SideName, _ ending: Pump.Ending, _ group: inout TaskGroup<Event?>) -> Ending? {
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
    if rule == .close || self[name].side.input?.endIsFinal == true { return finish(&group) }
    if rule == .halfClose { try? self[name.other].side.output.finish() }
    // Its pump has stopped reading, so only the watch will notice a reset.
    if self[name].side.isConnection { watch(name, &group) }
    startWaiting(after: name, &group)
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
  private func finish(_ group: inout TaskGroup<Event?>) -> Ending? {
    if isFinishing { return nil }
    isFinishing = true
    for name in [SideName.left, .right] where !self[name].isDone {
      let state = self[name]
      state.pump?.finish(taking: rules.awaitsDelivery ? 0 : state.side.input?.held ?? 0)
    }
    if left.isDone, right.isDone { return .finished }
    let limit = Self.deliveryLimit
    add(to: &group) { await Self.sleep(for: limit) ? .deliveryLimit : nil }
    return nil
  }
}

// What a relay waits for besides its two pumps. Each wait is a task that returns an event, or nil if it was cancelled.
extension Relay {
  /// When the relay ends early: how long delivering the input already read may take.
  static let deliveryLimit = Duration.seconds(5)

  /// Starts the timers that run after a side's input has ended: the time limit for the other side, and the silence
  /// limit.
  func startWaiting(after name: SideName, _ group: inout TaskGroup<Event?>) {
    let rules = rules[name]
    if let quiet = rules.quiet {
      add(to: &group) { await self.isSilent(for: quiet) ? .waitOver : nil }
    }
    if mayBeDismissed { add(to: &group) { await self.awaitDismissal() } }
    if let wait = rules.wait { add(to: &group) { await self.isSilent(name.other, for: wait) ? .waitOver : nil } }
  }

  /// Detects that a side has failed even though nothing is being read from it.
  func watch(_ name: SideName, _ group: inout TaskGroup<Event?>) {
    let output = self[name].side.output
    add(to: &group) {
      do { try await output.failed() } catch { return nil }
      return .failed(name)
    }
  }

  /// Waits for silence in both directions.
  func isSilent(for duration: Duration) async -> Bool {
    let local = [SideName.left, .right].filter { !self[$0.other].side.isConnection }.compactMap { self[$0].pump }
    return await ByteCounter.silence(
      of: left.pump?.counter ?? ByteCounter(), right.pump?.counter ?? ByteCounter(), lasting: duration
    ) {
      local.contains { $0.isHeldUpBySink }
    }
  }

  /// Waits until nothing has come from one side for that long.
  ///
  /// It is not silent while we are the ones who take nothing from it.
  func isSilent(_ name: SideName, for duration: Duration) async -> Bool {
    let pump = self[name].pump
    return await (pump?.counter ?? ByteCounter()).silence(lasting: duration) {
      pump?.isHeldUpBySink == true || pump?.settings.rate?.isHoldingBack == true
    }
  }

  static func sleep(for duration: Duration) async -> Bool {
    do { try await EventLoop.sleep(until: .after(duration)) } catch { return false }
    return true
  }
}
