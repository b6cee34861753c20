import SocketLoop
import Sockets
import Transfer

/// `sock relay`: opens the right side for each left side that has come, and joins the two.
@LoopActor
final class ForwardHandler: Handler {
  private let right: any EndSource
  private let options: ConnectionOptions
  /// `--pass-fds`.
  private let passesDescriptors: Bool
  private let taps: TapSet
  private let reporter: EventReporter
  /// Whether there may be many connections, so that each failure is reported as it happens. A single connection's
  /// failure is that of the run.
  private let isOneOfSeveral: Bool

  init(
    to right: any EndSource, _ request: RelayRequest, _ taps: TapSet, _ reporter: EventReporter,
    isOneOfSeveral: Bool
  ) {
    self.right = right
    options = request.options
    passesDescriptors = request.passesDescriptors
    self.taps = taps
    self.reporter = reporter
    self.isOneOfSeveral = isOneOfSeveral
  }

  /// How many connections there can be at the same time.
  var atOnce: Int { right.uses == .many ? .max : 1 }

  func serve(_ stream: any ByteStream, _ peer: Peer) async -> ServiceOutcome {
    do throws(OperationError) {
      try await join(OpenEnd(stream, peer, .accepted))
      return .served
    } catch {
      return Task.isCancelled ? .served : .peerFailed(error)
    }
  }

  /// Opens the right side for a left side, and relays until both have ended.
  func join(_ left: OpenEnd) async throws(OperationError) {
    let leftRecord = reporter.opened(left, on: .left)
    do throws(OperationError) {
      try await relay(left, leftRecord)
    } catch {
      if isOneOfSeveral, !Task.isCancelled { leftRecord.fail(error) }
      throw error
    }
  }

  private func relay(_ left: OpenEnd, _ leftRecord: ConnectionRecord) async throws(OperationError) {
    let right: OpenEnd
    do throws(OperationError) {
      right = try await self.right.open(for: EndPartner(left))
    } catch {
      await left.abandon()
      leftRecord.closed()
      throw error
    }
    let rightRecord = reporter.opened(right, on: .right, number: leftRecord.number)
    defer {
      left.closed()
      right.closed()
    }
    let relay = makeRelay(left, right, leftRecord, rightRecord)
    let ending = await relay.run()
    for (end, record) in [(left, leftRecord), (right, rightRecord)] {
      record.closed(status: end.process?.ending?.status)
    }
    if let failure = failure(of: ending, left, right) { throw failure }
  }

  private func makeRelay(
    _ left: OpenEnd, _ right: OpenEnd, _ leftRecord: ConnectionRecord, _ rightRecord: ConnectionRecord
  ) -> Relay {
    var (toRight, toLeft) = (Pump.Settings(), Pump.Settings())
    toRight.rate = options.sendRate.map { RateLimit(bytesPerSecond: $0) }
    toLeft.rate = options.receiveRate.map { RateLimit(bytesPerSecond: $0) }
    toRight.tap = taps.carried(by: leftRecord.number, from: .left)
    toLeft.tap = taps.carried(by: leftRecord.number, from: .right)
    leftRecord.carries(sent: toLeft.counter, received: toRight.counter, isMeasured: false)
    rightRecord.carries(sent: toRight.counter, received: toLeft.counter)
    for (end, record) in [(left, leftRecord), (right, rightRecord)] {
      guard let socket = end.socket else { continue }
      let connection = socket.socket
      LoopbackCongestionControl.choose(for: connection.socket, options: options.socketOptions, record: record)
      if !passesDescriptors, connection.socket.canLoseDescriptors() {
        socket.onLostDescriptors { record.warn(DescriptorNote.unwanted(0)) }
      }
    }
    if let left = left.side.output as? SocketStream, let right = right.side.output as? SocketStream {
      left.passUrgentData(to: right)
    }
    let sides = passing(left, right, leftRecord, rightRecord)
    let relay = Relay(sides.left, sides.right, toRight: toRight, toLeft: toLeft, rules: rules(left, right))
    relay.sideEnded = { ($0 == .left ? leftRecord : rightRecord).emit(.peerEOF) }
    relay.warn = { rightRecord.warn($0) }
    return relay
  }

  /// The two sides, passing on descriptors if they are to and can.
  private func passing(
    _ left: OpenEnd, _ right: OpenEnd, _ leftRecord: ConnectionRecord, _ rightRecord: ConnectionRecord
  ) -> (left: Relay.Side, right: Relay.Side) {
    guard passesDescriptors, let leftSocket = left.side.output as? SocketStream,
      let rightSocket = right.side.output as? SocketStream
    else { return (left.side, right.side) }
    let ours = DescriptorPassingStream(leftSocket, to: rightSocket)
    let theirs = DescriptorPassingStream(rightSocket, to: leftSocket)
    ours.didLose = { leftRecord.warn(DescriptorNote.lost) }
    theirs.didLose = { rightRecord.warn(DescriptorNote.lost) }
    return (Relay.Side(ours), Relay.Side(theirs))
  }

  /// The end of one side is passed on to the other, which may go on sending. A side that cannot be ended by halves is
  /// left open for its answer, and ends both when it ends.
  private func rules(_ left: OpenEnd, _ right: OpenEnd) -> RelayRules {
    var rules = RelayRules()
    rules.idle = options.idleTimeout
    rules.left = sideRules(of: left, with: right)
    rules.right = sideRules(of: right, with: left)
    return rules
  }

  private func sideRules(of end: OpenEnd, with other: OpenEnd) -> RelayRules.Side {
    var rules = RelayRules.Side()
    // Such a side has ended in both directions.
    if end.hasNoHalfClose {
      rules.onEnd = .close
    } else if other.hasNoHalfClose {
      (rules.onEnd, rules.quiet) = (.keep, Self.quiet)
    }
    return rules
  }

  /// How long a side that cannot be told of the other's end may be silent before both are closed.
  private static let quiet = Duration.seconds(1)

  /// The error of a relay that has ended; nil on success. A program's failure is the cause of what else went wrong.
  private func failure(of ending: Relay.Ending, _ left: OpenEnd, _ right: OpenEnd) -> OperationError? {
    if case .cancelled = ending { return .cancelled }
    for end in [left, right] {
      if let failure = end.programFailure(isShown: !isOneOfSeveral) { return failure }
    }
    func end(_ side: Relay.SideName) -> OpenEnd { side == .left ? left : right }
    switch ending {
    case .finished: return nil
    case .cancelled: return .cancelled
    case .idle: return .of(.idle, peer: right.peer, idle: options.idleTimeout)
    case .inputFailed(let side, let error), .outputFailed(let side, let error):
      return OperationError.of(.connectionFailed(error), peer: end(side).peer, idle: nil)
    }
  }
}

extension OpenEnd {
  /// The failure of a program: a signal that ended it, or where that is to be shown, its exit status.
  fileprivate func programFailure(isShown: Bool) -> OperationError? {
    if let signal = process?.fatalSignal {
      return OperationError(.command(128 + signal), "\(peer) was ended by signal \(signal)")
    }
    guard isShown, let status = process?.exitStatus, status != 0 else { return nil }
    return OperationError(.command(status), "\(peer) ended with status \(status)")
  }

  fileprivate var hasNoHalfClose: Bool { socket?.socket.socket.traits.contains(.noHalfClose) == true }
}
