import SocketLoop
import Sockets
import Transfer

/// `--broker` and `--chat`: a room for all peers, which standard input speaks to and standard output shows.
@LoopActor
final class RoomService: ListenService {
  private let request: ListenRequest
  private let reporter: EventReporter
  private let taps: TapSet
  private let hub: MessageHub
  private let room: any Room
  private let output: DescriptorStream
  /// What standard output has not taken yet. Nothing that a peer has sent is dropped there.
  private let shown: QueueStream
  private var input: Broadcast?

  /// How long a peer whose queue is full may take nothing before it counts as stalled: a live one may well delay an
  /// acknowledgement by 200 ms, and a probe of its window comes no sooner.
  private static let patience: Duration = .milliseconds(500)

  init(
    _ order: RoomOrder, _ request: ListenRequest, _ reporter: EventReporter, _ streams: StandardStreams
  ) async throws(OperationError) {
    self.request = request
    self.reporter = reporter
    output = try streams.output()
    guard !PassedSockets.replacesOutput else { throw .hasNoOutput }
    if request.options.direction != .receiveOnly { try streams.refuseDirectory() }
    taps = try await TapSet(request.options, reporter)
    taps.namesPeers = true
    hub = MessageHub(limit: order.queue, policy: order.slowPeer, patience: Self.patience)
    shown = hub.member(keepsMessageBoundaries: false, mustGetAll: true)
    switch order.kind {
    case .broker: room = Broker(hub, output: shown, framing: request.options.framing)
    case .chat: room = Chat(hub, output: shown)
    }
    guard request.options.direction != .receiveOnly else { return }
    var options = request.options
    options.framing = room.framing
    let reader = SessionBuilder(options: options, streams: streams, taps: taps).reader(try streams.input(options))
    let rate = options.sendRate.map { RateLimit(bytesPerSecond: $0) }
    input = Broadcast(reader, to: hub, tap: taps.sent(to: nil), rate: rate) { [room] in room.say($0) }
  }

  private enum Event: Sendable {
    case failed(OperationError)
    /// As many peers as were wanted have been served.
    case served
    /// All of it has been shown.
    case shown
    case nothing
  }

  func run(_ listeners: Listeners, for service: Service) async throws(OperationError) {
    if listeners.carriesMessages { throw .roomsAreForStreams }
    let acceptor = request.acceptor(listeners, .many(), reporter, service)
    let failure = await withTaskGroup(of: Event.self) { group -> OperationError? in
      defer { group.cancelAll() }
      if let input { group.addTask(executorPreference: EventLoop.shared) { await self.read(input) } }
      group.addTask(executorPreference: EventLoop.shared) { await self.show() }
      group.addTask(executorPreference: EventLoop.shared) { await self.watchOutput() }
      group.addTask(executorPreference: EventLoop.shared) { await self.accept(acceptor) }
      while let event = await group.next() {
        switch event {
        case .failed(let error): return error
        case .served: hub.end()
        case .shown: return nil
        case .nothing: continue
        }
      }
      return OperationError.cancelled
    }
    if let failure { throw failure }
  }

  private func accept(_ acceptor: Acceptor) async -> Event {
    do throws(OperationError) {
      _ = try await acceptor.run(RoomHandler(room, hub, request, taps, reporter))
      return .served
    } catch {
      return .failed(error)
    }
  }

  private func read(_ input: Broadcast) async -> Event {
    if case .sourceFailed(let error) = await input.run() { return .failed(.input(error)) }
    return .nothing
  }

  /// Writes the conversation to standard output.
  private func show() async -> Event {
    let pump = Pump(from: shown, to: output)
    shown.pump = pump
    switch await pump.run() {
    case .sinkFailed(let error), .sourceFailed(let error): return .failed(.output(error))
    case .sourceEnded: return .shown
    case .stopped, .cancelled: return .nothing
    }
  }

  /// Watches for the reader of standard output to go away.
  private func watchOutput() async -> Event {
    guard output.hasReader else { return .nothing }
    do { try await output.failed() } catch { return .nothing }
    return .failed(.output(SystemError(call: "write", number: .brokenPipe)))
  }
}

extension OperationError {
  /// `--broker` or `--chat` with a datagram socket.
  package static let roomsAreForStreams = OperationError(
    .usage, "--broker and --chat are about connections, and datagrams have none")
}
