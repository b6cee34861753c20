import SocketLoop
import Transfer

extension Operations {
  /// `sock listen` and `sock recv`: waits for a peer, or for any number, and does with each what was asked for.
  package static func listen(_ request: ListenRequest, events: any EventSink) throws(OperationError) {
    try serve(request.options, over: [request.options.tls], reportingTo: events) {
      (reporter, streams, service) throws(OperationError) in
      try await listen(request, reporter, streams, service)
    }
  }

  @LoopActor
  private static func listen(
    _ request: ListenRequest, _ reporter: EventReporter, _ streams: StandardStreams, _ service: Service
  ) async throws(OperationError) {
    if service.hasWorkers { return try await runWorkers(for: request, reporter, service) }
    let work = try await request.service(reporter, streams)
    defer { work.close() }
    service.checkRights = { () throws(OperationError) in try work.checkRights() }
    try request.options.tls?.prepare(.server, reporter, peerTimeout: request.servesMany ? request.peerTimeout : nil)
    let listeners = try await Listeners(
      request.endpoint, transport: request.transport, options: request.options, mode: request.mode,
      onlyLocal: request.isLocal, reporter: reporter)
    defer { listeners.close() }
    // With connections, the acceptor says when it begins.
    if listeners.carriesMessages { try service.begin(reporter) }
    try await work.run(listeners, for: service)
  }

  /// Runs further processes, which serve.
  @LoopActor
  private static func runWorkers(
    for request: ListenRequest, _ reporter: EventReporter, _ service: Service
  ) async throws(OperationError) {
    try request.options.program?.check(in: request.options.service.root)
    let listeners = try await Listeners(
      request.endpoint, transport: request.transport, options: request.options, mode: request.mode,
      onlyLocal: request.isLocal, reporter: reporter)
    defer { listeners.close() }
    try await WorkerPool(listeners, request.options, reporter).run(service)
  }
}
