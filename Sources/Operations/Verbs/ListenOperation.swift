import SocketLoop
import Transfer

extension Operations {
  /// `sock listen` and `sock recv`: waits for a peer, or for any number, and does with each what was asked for.
  package static func listen(_ request: ListenRequest, events: any EventSink) throws(OperationError) {
    try run(request.options, reportingTo: events) { (reporter, streams) throws(OperationError) in
      try await listen(request, reporter, streams)
    }
  }

  @LoopActor
  private static func listen(
    _ request: ListenRequest, _ reporter: EventReporter, _ streams: StandardStreams
  ) async throws(OperationError) {
    let service = try await request.service(reporter, streams)
    defer { service.close() }
    try request.options.tls?.prepare(.server, reporter)
    let listeners = try await Listeners(
      request.endpoint, transport: request.transport, options: request.options, mode: request.mode,
      onlyLocal: request.isLocal, reporter: reporter)
    defer { listeners.close() }
    try await service.run(listeners)
  }
}
