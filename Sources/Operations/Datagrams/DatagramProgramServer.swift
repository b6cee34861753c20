import SocketLoop
import Sockets
import Transfer

/// `listen --udp --exec`: a program for each datagram, which is its standard input; what it writes is the answer.
@LoopActor
final class DatagramProgramServer {
  private let program: PeerProgram
  private let request: ListenRequest
  private let sockets: [DatagramSocket]
  private let taps: TapSet
  private let reporter: EventReporter
  private let answerable: AnswerableSender
  /// How many programs run, and how many may.
  private var running = 0
  private let most: Int
  /// How many more are to be started.
  private var left: Int
  /// Where each socket waits for a program to end.
  private var waiting: [Suspension] = []

  /// A datagram, and what is needed to answer it.
  private struct Question: Sendable {
    let bytes: [UInt8]
    let peer: SocketAddress
    let source: PacketInfo?
  }

  /// How long a full queue may hold up an answer.
  private static let patience: Duration = .seconds(1)

  init(
    _ program: PeerProgram, _ request: ListenRequest, _ listeners: Listeners, _ taps: TapSet,
    _ reporter: EventReporter
  ) {
    self.program = program
    self.request = request
    self.taps = taps
    self.reporter = reporter
    answerable = AnswerableSender(reporter)
    most = min(request.options.admission.atOnce ?? .max, ProgramHandler.mostAtOnce())
    left = request.keepOpen ? request.options.admission.served ?? .max : 1
    sockets = listeners.datagramSockets()
    for socket in sockets { socket.noteDestinations() }
  }

  /// Serves until as many datagrams have been answered as are wanted.
  ///
  /// - Throws: an error that ends the server; for a single datagram, that of its program.
  func run() async throws(OperationError) {
    try await sockets.serveEach { await self.serve($0) }
    if Task.isCancelled { throw .cancelled }
  }

  /// Runs the programs for the datagrams of one socket, and waits for them.
  private func serve(_ socket: DatagramSocket) async -> OperationError? {
    await withTaskGroup(of: OperationError?.self) { group in
      var failure: OperationError?
      do throws(LoopError) {
        while let question = try await next(on: socket) {
          group.addTask(executorPreference: EventLoop.shared) { await self.answer(question, over: socket) }
        }
      } catch {
        failure = if case .system(let error) = error { OperationError(error, while: .transferring) } else { .cancelled }
        group.cancelAll()
      }
      while let ended = await group.next() { if !request.keepOpen { failure = failure ?? ended } }
      return failure
    }
  }

  /// The next datagram that gets a program, once there is room for one; nil if no more are wanted.
  private func next(on socket: DatagramSocket) async throws(LoopError) -> Question? {
    let local = try? socket.connection.socket.localAddress()
    while left > 0 {
      if running >= most {
        try await waitForRoom()
        continue
      }
      let datagram: DatagramSocket.Datagram
      do throws(LoopError) {
        datagram = try await socket.receive()
      } catch {
        // An answer was refused: that peer has gone, and the others have not.
        guard case .system(let error) = error, error.number == .connectionRefused else { throw error }
        continue
      }
      guard left > 0, answerable.accepts(datagram.peer, source: datagram.answerSource, local: local) else { continue }
      if left < .max { left -= 1 }
      running += 1
      reporter.received(datagram, over: socket, port: local?.port)
      await taps.received(from: .address(datagram.peer))?.saw(datagram.bytes)
      return Question(bytes: [UInt8](datagram.bytes), peer: datagram.peer, source: datagram.answerSource)
    }
    return nil
  }

  private func waitForRoom() async throws(LoopError) {
    let place = Suspension()
    waiting.append(place)
    do throws(WaitError) { try await place.suspend() } catch { throw LoopError(error) }
  }

  /// Runs the program for a datagram, and sends what it has written.
  ///
  /// - Returns: the failure of the program.
  private func answer(_ question: Question, over socket: DatagramSocket) async -> OperationError? {
    defer {
      running -= 1
      for place in waiting { place.resume() }
      waiting = []
    }
    let facts = StreamFacts(
      transport: socket.connection.socket.transport, local: localAddress(of: question, socket))
    let record = reporter.connection(
      .accepted, transport: facts.transport, local: facts.local, peer: .address(question.peer))
    let process: ProcessStream
    do throws(OperationError) {
      process = try program.start(.pipes, for: EndPartner(.address(question.peer), facts))
    } catch {
      record.closed()
      record.fail(error)
      return error
    }
    let run = DatagramProgram(process, limit: request.options.idleTimeout)
    let (sent, received) = (ByteCounter(), ByteCounter())
    record.carries(sent: sent, received: received)
    received.add(question.bytes.count)
    let answer = await run.answer(to: question.bytes)
    if case .bytes(let bytes) = answer, !bytes.isEmpty { await send(bytes, to: question, over: socket, sent, record) }
    await run.close(after: answer)
    record.closed(status: process.ending?.status)
    return failure(answer, process, record)
  }

  private func failure(
    _ answer: DatagramProgram.Answer, _ process: ProcessStream, _ record: ConnectionRecord
  ) -> OperationError? {
    let error: OperationError?
    switch answer {
    case .bytes, .cut:
      // With many datagrams, the status of a program is shown in the events, and is not our failure.
      return ProgramFailure.of(process, named: program.name, isShown: !request.keepOpen)
    case .tooLong:
      error = OperationError(
        .connectionLost,
        "\(program.name) has written more than \(ConnectionOptions.largestDatagram) bytes, which is what fits into a"
          + " datagram: nothing was sent")
    case .late:
      error = OperationError(
        .timedOut, "\(program.name) has not ended for \(request.options.idleTimeout.map(describe) ?? "long")")
    case .failed(let system):
      error = OperationError(
        .connectionLost, "cannot read \(program.name): \(system.number)", errorNumber: system.number)
    case .cancelled: return .cancelled
    }
    if let error, request.keepOpen { record.fail(error) }
    return error
  }

  private func localAddress(of question: Question, _ socket: DatagramSocket) -> SocketAddress? {
    let local = try? socket.connection.socket.localAddress()
    guard let source = question.source, let port = local?.port, !source.local.isWildcard else { return local }
    return SocketAddress(source.local, port: port)
  }

  private func send(
    _ bytes: [UInt8], to question: Question, over socket: DatagramSocket, _ counter: ByteCounter,
    _ record: ConnectionRecord
  ) async {
    await taps.sent(to: .address(question.peer))?.saw(bytes)
    do throws(LoopError) {
      try await socket.send(bytes, to: question.peer, from: question.source, until: .after(Self.patience))
      counter.add(bytes.count)
    } catch {
      if case .cancelled = error { return }
      record.warn("the answer to \(question.peer) was not sent: \(error)")
    }
  }
}
