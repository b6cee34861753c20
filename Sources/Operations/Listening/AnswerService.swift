import SocketLoop
import Sockets
import Transfer

/// `--echo` and its like: one answer for all peers.
@LoopActor
struct AnswerService: ListenService {
  private let order: AnswerOrder
  private let request: ListenRequest
  private let reporter: EventReporter
  private let streams: StandardStreams
  private let taps: TapSet

  init(
    _ order: AnswerOrder, _ request: ListenRequest, _ reporter: EventReporter, _ streams: StandardStreams
  ) async throws(OperationError) {
    self.order = order
    self.request = request
    self.reporter = reporter
    self.streams = streams
    taps = try await TapSet(request.options, reporter)
    taps.namesPeers = true
    let transport = request.endpoint.transport ?? request.transport
    try await order.answer.prepare(overDatagrams: transport.traits.contains(.messages))
  }

  func checkRights() throws(OperationError) { try order.answer.checkRights() }

  func run(_ listeners: Listeners, for service: Service) async throws(OperationError) {
    if listeners.carriesMessages {
      guard order.kind.answersDatagrams else { throw .answersConnections(order.kind) }
      return try await DatagramAnswerer(order.answer, request, listeners, taps, reporter).run()
    }
    let handler = try AnswerHandler(order.answer, request, taps, streams, reporter)
    _ = try await request.acceptor(listeners, .many(), reporter, service).run(handler)
  }
}

extension OperationError {
  /// An answer that needs a connection, with a datagram socket.
  package static func answersConnections(_ kind: AnswerKind) -> OperationError {
    OperationError(.usage, "--\(kind.name) is about connections, and datagrams have none")
  }
}
