import SocketLoop
import Sockets
import Transfer

/// One connection of a relay: its two ends, from the opening of the right one to the end of both.
///
/// An object, so that an idle connection holds this and no large frames of suspended functions.
@LoopActor
final class EndPair {
  private let handler: ForwardHandler
  private let left: OpenEnd
  private var right: OpenEnd?
  private let leftRecord: ConnectionRecord
  private var rightRecord: ConnectionRecord?
  private var relay: Relay?
  /// How it has failed.
  private(set) var failure: OperationError?

  /// How long a side that cannot be told of the other's end may be silent before both are closed.
  private static let quiet = Duration.seconds(1)

  convenience init(_ stream: any ByteStream, _ peer: Peer, of handler: ForwardHandler) {
    self.init(OpenEnd(stream, peer, .accepted), of: handler)
  }

  init(_ left: OpenEnd, of handler: ForwardHandler) {
    self.handler = handler
    self.left = left
    leftRecord = handler.reporter.opened(left, on: .left)
  }

  /// Opens the right side, and relays until both sides have ended.
  func run() async throws(OperationError) {
    await relayToTheEnd()
    if let failure { throw failure }
  }

  /// The same, with the error in ``failure``.
  func relayToTheEnd() async {
    await openApart()
    if let relay { finish(await relay.run()) }
  }

  /// Opens the right side in a task of its own: a task keeps the memory of the deepest calls that it has made, and dialling
  /// goes deep. It is released here, before the relay begins.
  @inline(never)
  private func openApart() async {
    let opening = Task(executorPreference: EventLoop.shared) { await self.open() }
    await withTaskCancellationHandler {
      await opening.value
    } onCancel: {
      opening.cancel()
    }
  }

  @inline(never)
  private func finish(_ ending: Relay.Ending) { fail(finish(after: ending)) }

  private func fail(_ error: OperationError?) {
    failure = error
    if let error, handler.isOneOfSeveral, !Task.isCancelled { leftRecord.fail(error) }
  }

  /// Opens the right side. If that fails, the left side is reset.
  private func open() async {
    do throws(OperationError) {
      join(try await handler.right.open(for: EndPartner(left)))
    } catch {
      await left.abandon()
      leftRecord.closed()
      fail(error)
    }
  }

  private func join(_ right: OpenEnd) {
    let record = handler.reporter.opened(right, on: .right, number: leftRecord.number)
    (self.right, rightRecord) = (right, record)
    let (toRight, toLeft) = settings(record)
    for (end, record) in [(left, leftRecord), (right, record)] { prepare(end, record) }
    if let left = left.side.output as? SocketStream, let right = right.side.output as? SocketStream {
      left.passUrgentData(to: right)
    }
    var sides = passing(left, right, leftRecord, record)
    if !handler.faults.isEmpty {
      sides.left = faulty(sides.left, leftRecord, 0)
      sides.right = faulty(sides.right, record, 1)
    }
    let relay = Relay(sides.left, sides.right, toRight: toRight, toLeft: toLeft, rules: rules(left, right))
    relay.sideEnded = { [leftRecord] in ($0 == .left ? leftRecord : record).emit(.peerEOF) }
    relay.warn = { record.warn($0) }
    self.relay = relay
  }

  private func settings(_ rightRecord: ConnectionRecord) -> (toRight: Pump.Settings, toLeft: Pump.Settings) {
    var (toRight, toLeft) = (Pump.Settings(), Pump.Settings())
    toRight.rate = handler.options.sendRate.map { RateLimit(bytesPerSecond: $0) }
    toLeft.rate = handler.options.receiveRate.map { RateLimit(bytesPerSecond: $0) }
    toRight.tap = handler.taps.carried(by: leftRecord.number, from: .left)
    toLeft.tap = handler.taps.carried(by: leftRecord.number, from: .right)
    leftRecord.carries(sent: toLeft.counter, received: toRight.counter, isMeasured: false)
    rightRecord.carries(sent: toRight.counter, received: toLeft.counter)
    return (toRight, toLeft)
  }

  private func prepare(_ end: OpenEnd, _ record: ConnectionRecord) {
    guard let socket = end.socket else { return }
    let connection = socket.socket
    LoopbackCongestionControl.choose(
      for: connection.socket, options: handler.options.socketOptions, record: record)
    if !handler.passesDescriptors, connection.socket.canLoseDescriptors() {
      socket.onLostDescriptors { record.warn(DescriptorNote.unwanted(0)) }
    }
  }

  /// The two sides, passing on descriptors if they are to and can.
  private func passing(
    _ left: OpenEnd, _ right: OpenEnd, _ leftRecord: ConnectionRecord, _ rightRecord: ConnectionRecord
  ) -> (left: Relay.Side, right: Relay.Side) {
    guard handler.passesDescriptors, let leftSocket = left.side.output as? SocketStream,
      let rightSocket = right.side.output as? SocketStream
    else { return (left.side, right.side) }
    let ours = DescriptorPassingStream(leftSocket, to: rightSocket)
    let theirs = DescriptorPassingStream(rightSocket, to: leftSocket)
    ours.didLose = { leftRecord.warn(DescriptorNote.lost) }
    theirs.didLose = { rightRecord.warn(DescriptorNote.lost) }
    return (Relay.Side(ours), Relay.Side(theirs))
  }

  /// A side from which data comes with faults on purpose.
  private func faulty(_ side: Relay.Side, _ record: ConnectionRecord, _ place: Int) -> Relay.Side {
    guard let input = side.input else { return side }
    let stream = FaultyStream(input, handler.faults, number: record.number * 2 + place)
    stream.didCut = { record.warn("the connection is cut on purpose") }
    if input === side.output { return Relay.Side(stream) }
    return Relay.Side(input: stream, output: side.output, watchesOutput: side.watchesOutput)
  }

  /// The end of one side is passed on to the other, which may go on sending. A side that cannot be ended by halves is
  /// left open for its answer, and ends both when it ends.
  private func rules(_ left: OpenEnd, _ right: OpenEnd) -> RelayRules {
    var rules = RelayRules()
    rules.idle = handler.options.idleTimeout
    rules.left = sideRules(of: left, with: right)
    rules.right = sideRules(of: right, with: left)
    return rules
  }

  private func sideRules(of end: OpenEnd, with other: OpenEnd) -> RelayRules.Side {
    var rules = RelayRules.Side()
    if end.hasNoHalfClose {
      // Such a side has ended in both directions.
      rules.onEnd = .close
    } else if other.hasNoHalfClose {
      (rules.onEnd, rules.quiet) = (.keep, Self.quiet)
    }
    return rules
  }

  /// Reports the end of both sides; returns the error of the connection, if it has failed.
  private func finish(after ending: Relay.Ending) -> OperationError? {
    guard let right else { return .cancelled }
    left.closed()
    right.closed()
    leftRecord.closed(status: left.process?.ending?.status)
    rightRecord?.closed(status: right.process?.ending?.status)
    return failure(of: ending, left, right)
  }

  /// The error of a relay that has ended; nil on success. A program's failure is the cause of what else went wrong.
  private func failure(of ending: Relay.Ending, _ left: OpenEnd, _ right: OpenEnd) -> OperationError? {
    if case .cancelled = ending { return .cancelled }
    for end in [left, right] {
      let failure = ProgramFailure.of(end.process, named: "\(end.peer)", isShown: !handler.isOneOfSeveral)
      if let failure { return failure }
    }
    switch ending {
    case .finished: return nil
    case .cancelled: return .cancelled
    case .idle: return .of(.idle, peer: right.peer, idle: handler.options.idleTimeout)
    case .inputFailed(let side, let error): return (side == .left ? left : right).failure(of: error, isInput: true)
    case .outputFailed(let side, let error): return (side == .left ? left : right).failure(of: error, isInput: false)
    }
  }
}

extension OpenEnd {
  /// The error of reading from it or writing to it.
  fileprivate func failure(of error: SystemError, isInput: Bool) -> OperationError? {
    if isStandard { return isInput ? .input(error) : .output(error) }
    guard case .named = peer else {
      return .of(.connectionFailed(error), peer: peer, idle: nil, failure: side.output.failure)
    }
    return OperationError(
      .connectionLost, "cannot \(isInput ? "read" : "write") \(peer): \(error.number)", errorNumber: error.number)
  }

  fileprivate var hasNoHalfClose: Bool { socket?.socket.socket.traits.contains(.noHalfClose) == true }
}
