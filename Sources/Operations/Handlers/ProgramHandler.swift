import SocketLoop
import Sockets
import Transfer

/// `--exec` and `--shell-exec`: runs a program for each peer, and joins the two.
@LoopActor
final class ProgramHandler: Handler {
  private let program: PeerProgram
  private let options: ConnectionOptions
  private let taps: TapSet
  private let reporter: EventReporter
  /// Whether there may be many peers, so that each failure is reported as it happens, and the exit status of a program
  /// is no failure of ours. A single program's status is that of the run.
  private let isOneOfSeveral: Bool

  init(
    _ program: PeerProgram, _ options: ConnectionOptions, _ taps: TapSet, _ reporter: EventReporter,
    isOneOfSeveral: Bool
  ) {
    self.program = program
    self.options = options
    self.taps = taps
    self.reporter = reporter
    self.isOneOfSeveral = isOneOfSeveral
  }

  /// How many programs can run at the same time: each takes a connection, two pipes, and a descriptor of the process,
  /// while another one is being started.
  static func mostAtOnce() -> Int {
    DescriptorLimit.raise()
    return DescriptorLimit.room(for: 6)
  }

  func serve(_ stream: any ByteStream, _ peer: Peer) async -> ServiceOutcome {
    do throws(OperationError) {
      try await join(stream, peer, .accepted)
      return .served
    } catch {
      return Task.isCancelled ? .served : .peerFailed(error)
    }
  }

  /// Runs the program for a peer that was accepted or connected to, until both have ended.
  func join(_ stream: any ByteStream, _ peer: Peer, _ event: Event.Kind) async throws(OperationError) {
    let record = reporter.opened(event, stream, with: peer)
    do throws(OperationError) {
      let partner = EndPartner(OpenEnd(stream, peer, event))
      if options.programManner == .socket, let socket = stream.connection {
        try await run(on: socket, partner, record)
      } else {
        try await relay(stream, partner, record)
      }
    } catch {
      if isOneOfSeveral, !Task.isCancelled { record.fail(error) }
      throw error
    }
  }

  private func relay(
    _ stream: any ByteStream, _ partner: EndPartner, _ record: ConnectionRecord
  ) async throws(OperationError) {
    let process: ProcessStream
    do throws(OperationError) {
      try options.checkStream(of: stream.connection, peer: record.peer)
      process = try program.start(options.programManner, for: partner)
    } catch {
      _ = await stream.close(.abort, afterEnd: false)
      record.closed()
      throw error
    }
    let ending = await relay(Relay.Side(process), Relay.Side(stream), record).run()
    record.closed(status: process.ending?.status)
    if let error = error(of: ending, process, stream, record.peer) { throw error }
  }

  /// The relay whose left side is the program, and whose right side is the peer.
  private func relay(_ process: Relay.Side, _ peer: Relay.Side, _ record: ConnectionRecord) -> Relay {
    if let socket = peer.output.socketStream { prepare(socket, record) }
    var (toPeer, toProgram) = (Pump.Settings(), Pump.Settings())
    toPeer.rate = options.sendRate.map { RateLimit(bytesPerSecond: $0) }
    toProgram.rate = options.receiveRate.map { RateLimit(bytesPerSecond: $0) }
    toPeer.tap = taps.sent(to: record.peer)
    toProgram.tap = taps.received(from: record.peer)
    record.carries(sent: toPeer.counter, received: toProgram.counter)
    let relay = Relay(process, peer, toRight: toPeer, toLeft: toProgram, rules: rules(for: peer.output))
    relay.sideEnded = { if $0 == .right { record.emit(.peerEOF) } }
    relay.warn = { record.warn($0) }
    return relay
  }

  private func prepare(_ socket: SocketStream, _ record: ConnectionRecord) {
    LoopbackCongestionControl.choose(for: socket.socket.socket, options: options.socketOptions, record: record)
    socket.mayResetByLinger = options.socketOptions.contains { $0.option.name == "SO_LINGER" }
    if socket.socket.socket.canLoseDescriptors() {
      socket.onLostDescriptors { record.warn(DescriptorNote.unwanted(0)) }
    }
  }

  /// The end of each side is passed on to the other, which may go on sending.
  private func rules(for peer: any ByteStream) -> RelayRules {
    var rules = RelayRules()
    rules.idle = options.idleTimeout
    // A program that has closed its output has that long to take what comes; while it has something to read, it is not
    // hurried.
    rules.left.wait = .seconds(5)
    if !peer.hasHalfClose {
      // Such a peer has ended in both directions, and would take the end of one for that of both.
      rules.right.onEnd = .close
      rules.left.onEnd = .keep
      rules.left.quiet = .seconds(1)
    }
    return rules
  }

  /// The error of a connection that has ended; nil on success. A program's failure is the cause of what else went wrong.
  private func error(
    of ending: Relay.Ending, _ process: ProcessStream, _ stream: any ByteStream, _ peer: Peer
  ) -> OperationError? {
    if case .cancelled = ending { return .cancelled }
    if let failure = ProgramFailure.of(process, named: program.name, isShown: !isOneOfSeveral) { return failure }
    switch ending {
    case .finished: return nil
    case .cancelled: return .cancelled
    case .idle: return .of(.idle, peer: peer, idle: options.idleTimeout)
    case .inputFailed(.right, let error), .outputFailed(.right, let error):
      return .of(.connectionFailed(error), peer: peer, idle: nil, failure: stream.failure)
    case .inputFailed(.left, let error):
      return OperationError(.connectionLost, "cannot read \(program.name): \(error.number)", errorNumber: error.number)
    case .outputFailed(.left, let error):
      return OperationError(.connectionLost, "cannot write \(program.name): \(error.number)", errorNumber: error.number)
    }
  }

  // MARK: - The socket itself

  private func run(
    on socket: AsyncSocket, _ partner: EndPartner, _ record: ConnectionRecord
  ) async throws(OperationError) {
    socket.isUnshared = false
    // The program alone has the socket then, so that its peer sees the end when the program ends or closes it.
    defer { socket.close() }
    let process: ChildProcess
    do throws(OperationError) {
      try options.checkStream(of: socket, peer: record.peer)
      process = try program.start(on: socket, for: partner)
    } catch {
      record.closed()
      throw error
    }
    socket.close()
    let ending: ChildProcess.Ending
    do throws(LoopError) {
      ending = try await process.wait()
    } catch {
      record.closed(status: process.ending?.status, isCounted: false)
      throw .cancelled
    }
    record.closed(status: ending.status, isCounted: false)
    if let failure = ProgramFailure.of(ending, named: program.name, isShown: !isOneOfSeveral) { throw failure }
  }
}
