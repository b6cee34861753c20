import SocketLoop
import Sockets

/// Two sides joined: what comes from each goes to the other, until both have ended.
///
/// A pump runs in each direction; this type only decides when it is over. The rules are the same for both sides:
///
/// | what happened to a side | then |
/// |---|---|
/// | its input ended | send the rest to the other side and half-close that (or keep it open, or end: `onEnd`) |
/// | its input and the other's have ended | the end, in good order |
/// | its input failed | the end; the other side gets what was read, and then a reset |
/// | its output failed | take what it had sent before, if its two directions are one connection; then the end |
/// | it failed while nothing was read from it | the end: a reset, or a reader of standard output that is gone |
///
/// A side that is ended in good order keeps everything it was sent: see ``LingeringClose``. A reset tells it that something
/// is missing, as RFC 1122, 4.2.2.13, has it: an end in good order would say that all is well.
@LoopActor
package final class Relay {
  /// Which side.
  package enum SideName: Sendable, Hashable {
    case left, right
    /// The other one.
    package var other: SideName { self == .left ? .right : .left }
  }

  /// What is read and written on one side: one stream, or two, such as standard input and output.
  package struct Side {
    /// What is read; nil if nothing is.
    package var input: (any ByteStream)?
    /// What is written.
    package var output: any ByteStream
    /// Whether the going of the output's reader is noticed at once, and ends the relay.
    package var watchesOutput = false

    /// A connection.
    package init(_ stream: any ByteStream) { (input, output) = (stream, stream) }

    /// Two streams.
    package init(input: (any ByteStream)?, output: any ByteStream, watchesOutput: Bool) {
      (self.input, self.output, self.watchesOutput) = (input, output, watchesOutput)
    }

    /// Whether both directions are one connection.
    var isConnection: Bool { input === output }
  }

  /// How it ended.
  package enum Ending: Sendable {
    case finished
    /// Reading from this side failed.
    case inputFailed(SideName, SystemError)
    /// Writing to this side failed, or its connection broke.
    case outputFailed(SideName, SystemError)
    case idle
    case cancelled
  }

  /// What is known of a side.
  struct State {
    let side: Side
    /// Takes its input to the other side; nil if nothing is read.
    let pump: Pump?
    /// Nothing more comes from it, and everything that came was passed on.
    var hasEnded = false
    /// The pump has stopped, for whatever reason.
    var isDone = false
    /// Writing to it failed.
    var failure: SystemError?
    /// Something that came from the other side did not get into its output.
    var isCut = false
  }

  let rules: RelayRules
  var left: State
  var right: State
  /// Nothing more is read; what was read is still delivered.
  private var isFinishing = false
  /// Is told when a side has ended.
  package var sideEnded: @LoopActor (SideName) -> Void = { _ in }
  /// Is told of what could not be delivered although nothing failed.
  package var warn: @LoopActor (String) -> Void = { _ in }

  /// - Parameters:
  ///   - toRight, toLeft: what happens to the bytes on their way.
  package init(
    _ left: Side, _ right: Side, toRight: Pump.Settings = .init(), toLeft: Pump.Settings = .init(), rules: RelayRules
  ) {
    self.rules = rules
    self.left = State(side: left, pump: left.input.map { Pump(from: $0, to: right.output, toRight) })
    self.right = State(side: right, pump: right.input.map { Pump(from: $0, to: left.output, toLeft) })
  }

  /// Takes the left side's input to the right.
  package var toRight: Pump? { left.pump }
  /// Takes the right side's input to the left.
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

  /// Runs the relay to its end, and closes both sides.
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
        add(to: &group) { .pumpEnded(name, await pump.run()) }
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

  /// Decides what an event means; nil to go on.
  private func handle(_ event: Event, _ group: inout TaskGroup<Event?>) -> Ending? {
    switch event {
    case .pumpEnded(let name, let ending): return pumpEnded(name, ending, &group)
    case .failed(let name): return failed(name)
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
    self[name].side.input?.stopReading()
    switch ending {
    case .cancelled where !isFinishing: return .cancelled
    case .cancelled, .stopped: break
    case .sourceFailed(let error): return .inputFailed(name, self[name].failure ?? error)
    case .sinkFailed(let error): return outputFailed(name.other, error)
    case .sourceEnded:
      self[name].hasEnded = true
      self[name].pump?.flow.isWhole = true
      sideEnded(name)
    }
    if let failure = self[name].failure { return .outputFailed(name, failure) }
    if isFinishing || self[name.other].isDone { return self[name.other].isDone ? .finished : nil }
    let rule = rules[name].onEnd
    if rule == .close || self[name].side.input?.endIsFinal == true { return finish(&group) }
    if rule == .halfClose { try? self[name.other].side.output.finish() }
    // From now on only a failure tells of a reset.
    if self[name].side.isConnection { watch(name, &group) }
    startWaiting(after: name, &group)
    return nil
  }

  /// Writing to a side has failed.
  private func outputFailed(_ name: SideName, _ error: SystemError) -> Ending? {
    self[name].failure = self[name].failure ?? error
    guard self[name].side.isConnection, !self[name].isDone else {
      self[name].isCut = true
      (self[name].side.output.pages)?.hasFailed = true
      return .outputFailed(name, error)
    }
    // The peer is gone, but what it sent before may still be there to be received. If it took nothing for too long it is
    // still there, and may never say anything; the same if it was the message that was refused.
    if [.timedOut, .messageTooLong, .notPermitted, .noProcess, .tooManyReferences].contains(error.number) {
      self[name].pump?.stop()
    }
    return nil
  }

  /// A side has failed while nothing was read from it.
  private func failed(_ name: SideName) -> Ending {
    let state = self[name]
    if state.side.isConnection {
      let pending = try? state.side.output.connection?.socket.pendingError()
      return .outputFailed(
        name, state.failure ?? SystemError(call: "recv", number: pending ?? .connectionReset))
    }
    // A reader that had taken all there was has lost nothing.
    let other = self[name.other]
    self[name].isCut = other.pump?.isHolding == true || other.side.input?.held ?? 0 > 0
    return .outputFailed(name, SystemError(call: "write", number: .brokenPipe))
  }

  /// Ends in good order: nothing more is read, what was read or received is delivered.
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
