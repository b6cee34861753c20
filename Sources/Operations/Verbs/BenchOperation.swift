import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock bench`: measures the throughput, latency, and loss of a server and the network path to it.
  ///
  /// - Parameters:
  ///   - progress: called twice a second with the measurements so far.
  ///   - text: the text of the result for standard output. A signal ends the run with the measurements up to it.
  package static func bench(
    _ request: BenchRequest, events: any EventSink, progress: @escaping @Sendable (BenchReport) -> Void,
    text: @escaping @Sendable (BenchReport) -> String
  ) throws(OperationError) {
    try run(request.options, reportingTo: events) { (reporter, streams) throws(OperationError) in
      let reports = try ReportWriter(streams, text)
      try await reports.write(try await BenchOperation(request, reporter, progress).run())
    }
  }
}

/// The client's side of a run: all streams, from the first connection to the last answer.
@LoopActor
final class BenchOperation {
  let request: BenchRequest
  let transport: Transport
  let dialer: Dialer
  private let progress: @Sendable (BenchReport) -> Void
  /// The measurements of all streams so far.
  var report = BenchReport()
  /// The number of streams that the server has answered.
  var answered = 0
  /// When each stream was active.
  var spans = BenchSpans()
  private var start = MonotonicTime.now

  init(_ request: BenchRequest, _ reporter: EventReporter, _ progress: @escaping @Sendable (BenchReport) -> Void) {
    self.request = request
    self.progress = progress
    transport = request.endpoint.transport ?? request.transport
    dialer = Dialer(transport: request.transport, options: request.options, reporter: reporter)
  }

  func run() async throws(OperationError) -> BenchReport {
    if request.work == .datagrams, !transport.isOverIP {
      throw OperationError(.usage, "--work datagrams sends UDP: it needs a host and a port, not \(request.endpoint)")
    }
    if request.work == .connects, !transport.isOverIP, request.options.sourceHost != nil {
      throw OperationError(
        .usage, "--source is one name, and each connection needs its own: leave it out, or measure something else")
    }
    var streams: [BenchStream] = []
    defer { for stream in streams { stream.connection.close() } }
    for _ in 0..<request.streams {
      let (stream, peer) = try await dialer.open(request.endpoint)
      guard let socket = stream.socketStream, socket.socket.socket.type == .stream else {
        throw OperationError(.usage, "bench connects streams: measure datagrams with --work datagrams")
      }
      streams.append(BenchStream(self, socket, peer))
    }
    let before = ProcessorTime.now
    start = .now
    let failure = await withTaskGroup(of: OperationError?.self) { group in
      for stream in streams {
        group.addTask(executorPreference: EventLoop.shared) { await stream.run() }
      }
      let teller = Task(executorPreference: EventLoop.shared) { await self.tell() }
      defer { teller.cancel() }
      var failure: OperationError?
      for await ended in group where failure == nil {
        failure = ended
        if failure != nil { group.cancelAll() }
      }
      return failure
    }
    if let failure {
      // What a signal cut short has been measured up to it.
      guard Task.isCancelled, Interruption.isUnderWay, spans.mostAtOnce > 0 else { throw failure }
      report.isInterrupted = true
    }
    let after = ProcessorTime.now
    report.streams = request.streams
    report.streamsAtOnce = spans.mostAtOnce
    report.seconds = spans.seconds
    report.serverSeconds = spans.processor
    report.userSeconds = after.user - before.user
    report.systemSeconds = after.system - before.system
    return report
  }

  var secondsSinceStart: Double { MonotonicTime.now.since(start) / .seconds(1) }

  private func tell() async {
    while !Task.isCancelled {
      do { try await EventLoop.sleep(until: .after(.milliseconds(500))) } catch { return }
      var sofar = report
      sofar.seconds = secondsSinceStart
      progress(sofar)
    }
  }
}
