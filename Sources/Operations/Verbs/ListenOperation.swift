import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock listen` and `sock recv`: waits for a peer, or with `-k` for any number, and transfers data in both
  /// directions.
  package static func listen(_ request: ListenRequest, events: any EventSink) throws(OperationError) {
    try serve(request.options, over: [request.options.tls], reportingTo: events) {
      (reporter, streams, service) throws(OperationError) in
      try await ListenOperation(request, reporter, streams, service).run()
    }
  }
}

@LoopActor
private struct ListenOperation {
  let request: ListenRequest
  let reporter: EventReporter
  private let streams: StandardStreams
  private let service: Service

  init(_ request: ListenRequest, _ reporter: EventReporter, _ streams: StandardStreams, _ service: Service) {
    self.streams = streams
    self.service = service
    self.request = request
    self.reporter = reporter
  }

  func run() async throws(OperationError) {
    if let program = request.options.program { return try await serve(program) }
    // Fail before listening if there is no standard output to write to.
    if request.options.direction != .sendOnly { _ = try streams.output() }
    if request.options.direction != .receiveOnly { try streams.refuseDirectory() }
    StandardStreams.warnOfSkip(request.options, reporter)
    let taps = try await TapSet(request.options, reporter)
    taps.namesPeers = request.keepOpen || request.count ?? 1 > 1
    let resumption = request.options.resumes ? try await Resumption(request.options, streams, reporter) : nil
    let console = try request.options.console?()
    defer { console?.close() }
    try request.options.tls?.prepare(.server, reporter, peerTimeout: request.keepOpen ? request.peerTimeout : nil)
    let listeners = try await Listeners(
      request.endpoint, transport: request.transport, options: request.options, mode: request.mode,
      reporter: reporter)
    defer { listeners.close() }
    let builder = SessionBuilder(options: request.options, streams: streams, taps: taps, console: console)
    // An inherited socket may differ from what the options say.
    let carriesMessages = listeners.carriesMessages
    guard console == nil || !carriesMessages else { throw .linesAreForStreams }
    guard resumption == nil || !carriesMessages else { throw .resumesStreamsOnly }
    switch (carriesMessages, request.keepOpen) {
    case (false, false):
      let count = request.count ?? 1
      let handler = RelayHandler(request, listeners, builder, resumption, reporter)
      try check(try await acceptor(listeners, .inTurn(count)).run(handler), of: count)
    case (false, true):
      try await BroadcastHandler(request, streams, taps, reporter).run(acceptor(listeners, .many()))
    case (true, false):
      try service.begin(reporter)
      try await FirstPeerServer(listeners, builder, reporter).run()
    case (true, true):
      try service.begin(reporter)
      try await DatagramServer(request, listeners, streams, taps, reporter).run()
    }
  }

  /// Runs a program for each peer.
  private func serve(_ program: PeerProgram) async throws(OperationError) {
    try program.check(in: request.options.service.root)
    let taps = try await TapSet(request.options, reporter)
    taps.namesPeers = request.keepOpen
    if !request.endpoint.layers.isEmpty {
      try request.options.tls?.prepare(.server, reporter, peerTimeout: request.keepOpen ? request.peerTimeout : nil)
    }
    let listeners = try await Listeners(
      request.endpoint, transport: request.transport, options: request.options, mode: request.mode,
      onlyLocal: request.isLocal, reporter: reporter)
    defer { listeners.close() }
    // An inherited socket may differ from what the options say.
    if listeners.carriesMessages { throw .programsAreForStreams }
    let handler = ProgramHandler(program, request.options, taps, reporter, isOneOfSeveral: request.keepOpen)
    let limits = request.keepOpen ? AcceptLimits.many(atOnce: ProgramHandler.mostAtOnce()) : .inTurn(1)
    try check(try await acceptor(listeners, limits).run(handler), of: 1)
  }

  private func acceptor(_ listeners: Listeners, _ limits: AcceptLimits) -> Acceptor {
    Acceptor(
      listeners, limits.narrowed(by: request.options.admission), reporter, layers: StreamLayers(request.options),
      service: service)
  }

  /// Throws the failure of the only connection, or the number of failures if there were several connections, which have
  /// been reported.
  private func check(_ tally: ServiceFailures, of count: Int) throws(OperationError) {
    guard var failure = tally.lastFailure else { return }
    if count > 1 { failure.message = "\(tally.failures) of \(count) connections failed" }
    throw failure
  }
}
