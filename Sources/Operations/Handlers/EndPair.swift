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
  /// The sides, as what does faults on purpose.
  private var faulty: [FaultyStream] = []
  /// Whether `--reset-after` has ended it.
  private var wasReset = false
  /// The side whose messages are frames for the other.
  private var framing: (stream: FramingStream, isLeft: Bool)?
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
    guard let relay else { return }
    if let limit = handler.faults.resetAfter {
      finish(await ending(of: relay, resetAfter: limit))
    } else {
      finish(await relay.run())
    }
  }

  @inline(never)
  private func ending(of relay: Relay, resetAfter limit: Duration) async -> Relay.Ending {
    let task = Task(executorPreference: EventLoop.shared) { await relay.run() }
    let timer = Task(executorPreference: EventLoop.shared) { await self.reset(task, after: limit) }
    defer { timer.cancel() }
    let ending = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    return wasReset ? .inputFailed(.right, SystemError(call: "recv", number: .connectionReset)) : ending
  }

  /// Resets both sides, whatever they wait for.
  private func reset(_ task: Task<Relay.Ending, Never>, after limit: Duration) async {
    do { try await EventLoop.sleep(until: .after(limit)) } catch { return }
    wasReset = true
    rightRecord?.warn("the connection is reset on purpose")
    for stream in faulty { stream.cut() }
    task.cancel()
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
    handler.joined += 1
    let (toRight, toLeft) = settings(record)
    for (end, record) in [(left, leftRecord), (right, record)] { prepare(end, record) }
    if let left = left.side.output as? SocketStream, let right = right.side.output as? SocketStream {
      left.passUrgentData(to: right)
    }
    var sides = framed(passing(left, right, leftRecord, record))
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

  /// The two sides, with the messages of one as frames for the other, or with whole messages on both.
  private func framed(_ sides: (left: Relay.Side, right: Relay.Side)) -> (left: Relay.Side, right: Relay.Side) {
    guard sides.left.output.keepsMessageBoundaries != sides.right.output.keepsMessageBoundaries else {
      let hasPackets = sides.left.output is PacketStream || sides.right.output is PacketStream
      return (whole(sides.left, hasPackets), whole(sides.right, hasPackets))
    }
    guard let format = handler.frame else { return sides }
    let isLeft = sides.left.output.keepsMessageBoundaries
    let framing = FramingStream(isLeft ? sides.left.output : sides.right.output, format)
    self.framing = (framing, isLeft)
    return isLeft ? (Relay.Side(framing), sides.right) : (sides.left, Relay.Side(framing))
  }

  private func whole(_ side: Relay.Side, _ ignoresRefusals: Bool) -> Relay.Side {
    side.output.hasNoEnd ? Relay.Side(WholeMessages(side.output, ignoresRefusals: ignoresRefusals)) : side
  }

  /// The failure of a side that has sent something other than messages.
  private func brokenFrame(_ left: OpenEnd, _ right: OpenEnd) -> OperationError? {
    guard let (stream, isLeft) = framing, let (isOfBase, fault) = stream.fault else { return nil }
    return OperationError(.peerProtocol, "\((isOfBase == isLeft ? left : right).peer) sent \(fault.message)")
  }

  /// A side from which data comes with faults on purpose.
  private func faulty(_ side: Relay.Side, _ record: ConnectionRecord, _ place: Int) -> Relay.Side {
    guard let input = side.input else { return side }
    let stream = FaultyStream(input, handler.faults, number: record.number * 2 + place)
    faulty.append(stream)
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
    if end.hasNoHalfClose || other.isDatagramPeer {
      // Such a side has ended in both directions; and who sends datagrams can begin anew.
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
    if let broken = brokenFrame(left, right) { return broken }
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
    if side.output.hasNoEnd, let address = peer.address { return .datagram(error, peer: address) }
    guard case .named = peer else {
      return .of(.connectionFailed(error), peer: peer, idle: nil, failure: side.output.failure)
    }
    return OperationError(
      .connectionLost, "cannot \(isInput ? "read" : "write") \(peer): \(error.number)", errorNumber: error.number)
  }

  fileprivate var hasNoHalfClose: Bool { side.output.hasNoEnd || !side.output.hasHalfClose }

  /// Whether it is one of several peers that send datagrams to the same socket.
  fileprivate var isDatagramPeer: Bool { side.output is DatagramPeerStream }
}
