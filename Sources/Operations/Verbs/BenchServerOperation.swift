import SocketLoop
import Sockets

extension Operations {
  /// `sock listen --bench`: serves `sock bench` clients until a signal or the deadline ends it.
  package static func serveBench(_ request: BenchServerRequest, events: any EventSink) throws(OperationError) {
    try serve(request.options, reportingTo: events) { (reporter, _, service) throws(OperationError) in
      try await serveBench(request, reporter, service)
    }
  }

  /// The maximum number of connections served at once; further ones wait in the kernel's queue.
  private static let mostBenchClients = 1024

  @LoopActor
  private static func serveBench(
    _ request: BenchServerRequest, _ reporter: EventReporter, _ service: Service
  ) async throws(OperationError) {
    let listeners = try await Listeners(
      request.endpoint, transport: request.transport, options: request.options, mode: request.mode, reporter: reporter)
    defer { listeners.close() }
    guard listeners.sockets.first?.socket.type == .stream else {
      throw OperationError(.usage, "--bench listens for streams: a port for datagrams is opened when a client asks")
    }
    let handler = BenchHandler(request.options, reporter)
    let limits = AcceptLimits.many(atOnce: mostBenchClients).narrowed(by: request.options.admission)
    _ = try await Acceptor(listeners, limits, reporter, service: service).run(handler)
  }
}
