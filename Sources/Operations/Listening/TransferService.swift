import SocketLoop
import Sockets
import Transfer

/// The usual service: transfers standard input and output, for one peer or, with `-k`, for all of them.
@LoopActor
struct TransferService: ListenService {
  private let request: ListenRequest
  private let reporter: EventReporter
  private let streams: StandardStreams
  private let taps: TapSet
  private let resumption: Resumption?
  private let console: (any Console)?

  init(
    _ request: ListenRequest, _ reporter: EventReporter, _ streams: StandardStreams
  ) async throws(OperationError) {
    self.request = request
    self.reporter = reporter
    self.streams = streams
    // Fail before listening if there is no standard output to write to.
    if request.options.direction != .sendOnly { _ = try streams.output() }
    guard !PassedSockets.replacesOutput || request.options.direction == .sendOnly else { throw .hasNoOutput }
    if request.options.direction != .receiveOnly { try streams.refuseDirectory() }
    StandardStreams.warnOfSkip(request.options, reporter)
    taps = try await TapSet(request.options, reporter)
    taps.namesPeers = request.keepOpen || request.count ?? 1 > 1
    resumption = request.options.resumes ? try await Resumption(request.options, streams, reporter) : nil
    console = try request.options.console?()
  }

  func close() { console?.close() }

  func run(_ listeners: Listeners, for service: Service) async throws(OperationError) {
    let builder = SessionBuilder(options: request.options, streams: streams, taps: taps, console: console)
    let carriesMessages = listeners.carriesMessages
    guard console == nil || !carriesMessages else { throw .linesAreForStreams }
    guard resumption == nil || !carriesMessages else { throw .resumesStreamsOnly }
    switch (carriesMessages, request.keepOpen) {
    case (false, false):
      let count = request.count ?? 1
      let handler = RelayHandler(request, listeners, builder, resumption, reporter)
      try await request.acceptor(listeners, .inTurn(count), reporter, service).run(handler).check(of: count)
    case (false, true):
      let handler = try BroadcastHandler(request, streams, taps, reporter)
      try await handler.run(request.acceptor(listeners, .many(), reporter, service))
    case (true, false): try await FirstPeerServer(listeners, builder, reporter).run()
    case (true, true): try await DatagramServer(request, listeners, streams, taps, reporter).run()
    }
  }
}
