import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock relay`: joins two ends.
  package static func relay(_ request: RelayRequest, events: any EventSink) throws(OperationError) {
    let ends = [request.left, request.right] + request.otherRights
    let layers = ends.compactMap { ($0.meaning as? SocketEnd)?.accepting.map { $0.tls } }
    try serve(request.options, over: layers, reportingTo: events) {
      (reporter, streams, service) throws(OperationError) in
      try await RelayOperation(request, reporter, streams, service).run()
    }
  }
}

@LoopActor
private struct RelayOperation {
  let request: RelayRequest
  let reporter: EventReporter
  private let streams: StandardStreams
  private let service: Service

  init(_ request: RelayRequest, _ reporter: EventReporter, _ streams: StandardStreams, _ service: Service) {
    self.service = service
    self.request = request
    self.reporter = reporter
    self.streams = streams
  }

  func run() async throws(OperationError) {
    if request.faults.isRandom, let seed = request.faults.seed {
      reporter.emit(.option) { $0.message = "the faults of --seed \(seed)" }
    }
    let context = EndContext(
      reporter: reporter, streams: streams, access: request.options.access,
      service: request.options.service, peerTimeout: request.peerTimeout,
      proxyProtocol: request.options.proxyProtocol.map { ($0, request.options.handshakeTimeout) },
      waits: request.retry.count != 0)
    if service.hasWorkers { return try await runWorkers(context) }
    let taps = try await TapSet(request.options, reporter)
    // The right side first, so that no peer comes before it is known to be usable.
    let right = try await right(context)
    defer { right.close() }
    guard Worker.current == nil || right.uses == .many else {
      throw OperationError(
        .usage, "--workers open RIGHT many times at once: '\(request.right.word)' can be opened once")
    }
    let left = try await request.left.meaning.prepare(context)
    defer { left.close() }
    if let listening = left as? ListeningSource { context.own.addresses = listening.listeners.addresses }
    if let listening = left as? ListeningSource, let right = right as? DialedSource, listening.hasDatagrams,
      right.hasDatagrams
    {
      try service.begin(reporter)
      return try await DatagramForwarder(listening.listeners.datagramSockets(), to: right, request, taps, reporter)
        .run()
    }
    let isOnce = request.once || right.uses == .once || !(left is ListeningSource)
    let handler = ForwardHandler(to: right, request, taps, reporter, isOneOfSeveral: !isOnce)
    guard let arrivals = right as? ListeningSource else { return try await serve(left, by: handler, isOnce: isOnce) }
    try await beside(arrivals) { () throws(OperationError) in
      try await serve(left, by: handler, isOnce: isOnce)
    }
  }

  /// Runs further processes, which serve.
  private func runWorkers(_ context: EndContext) async throws(OperationError) {
    guard let end = request.left.meaning as? SocketEnd,
      let left = try await end.prepare(context) as? ListeningSource
    else { throw OperationError(.usage, "--workers serve peers that come to LEFT: '\(request.left.word)' has none") }
    defer { left.close() }
    var options = end.options
    options.service = request.options.service
    options.access = request.options.access
    try await WorkerPool(left.listeners, options, reporter).run(service)
  }

  /// What each connection opens on the right.
  private func right(_ context: EndContext) async throws(OperationError) -> any EndSource {
    let first = try await request.right.meaning.prepare(context)
    guard !request.otherRights.isEmpty else { return retrying(early(first)) }
    var sources = [(word: request.right.word, source: first)]
    for end in request.otherRights { sources.append((end.word, try await end.meaning.prepare(context))) }
    return retrying(early(BalancedSource(sources, request.balance, reporter)))
  }

  private func early(_ source: any EndSource) -> any EndSource {
    request.connectsEarly ? EarlySource(source, reporter) : source
  }

  private func retrying(_ source: any EndSource) -> any EndSource {
    request.retry.count == 0 || source is ListeningSource
      ? source : RetryingSource(source, request.retry, reporter)
  }

  private func serve(_ left: any EndSource, by handler: ForwardHandler, isOnce: Bool) async throws(OperationError) {
    guard let listening = left as? ListeningSource else {
      try service.begin(reporter)
      return try await joinAgain(retrying(left), by: handler)
    }
    if listening.hasDatagrams {
      let peers = DatagramPeers(
        listening.listeners.datagramSockets(), atOnce: isOnce ? 1 : handler.atOnce, silence: request.silence)
      return try await peers.run(handler, isOnce: isOnce)
    }
    let limits = isOnce ? AcceptLimits.inTurn(1) : .many(atOnce: handler.atOnce)
    let tally = try await listening.acceptor(limits.narrowed(by: request.options.admission), service)
      .run(handler)
    if isOnce, let failure = tally.lastFailure { throw failure }
  }

  /// Joins a left side that is opened with the right. With `--retry`, both are opened again if their connection fails, and
  /// if the left is a device, however it ends: a line that is unplugged and a server that restarts come back.
  private func joinAgain(_ left: any EndSource, by handler: ForwardHandler) async throws(OperationError) {
    var backoff = Backoff(first: request.retry.delay, limit: RetryPolicy.longestDelay)
    while true {
      let end = try await left.open(for: nil)
      let (count, start) = (handler.joined, MonotonicTime.now)
      do throws(OperationError) {
        try await handler.join(end)
        if !mayRetry || left.uses != .inTurn { return }
      } catch {
        // If it was not opened, that has been tried often enough.
        guard mayRetry, handler.joined > count, !Task.isCancelled, error.mayPassAtAnEnd else { throw error }
        reporter.warn("\(error.message): trying again")
      }
      if MonotonicTime.now > start.advanced(by: RetryPolicy.longestDelay) {
        backoff = Backoff(first: request.retry.delay, limit: RetryPolicy.longestDelay)
      }
      do throws(WaitError) { try await EventLoop.sleep(until: .after(backoff.next())) } catch { throw .cancelled }
    }
  }

  private var mayRetry: Bool { request.retry.count != 0 && !request.once }

  /// Does the work of a relay while connections are accepted on its right side.
  private func beside(
    _ arrivals: ListeningSource, _ work: @escaping @LoopActor @Sendable () async throws(OperationError) -> Void
  ) async throws(OperationError) {
    let failure = await withTaskGroup(of: OperationError?.self) { group in
      group.addTask(executorPreference: EventLoop.shared) {
        await Self.failure { () throws(OperationError) in
          try await arrivals.accept()
        }
      }
      group.addTask(executorPreference: EventLoop.shared) { await Self.failure(of: work) }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    if let failure { throw failure }
  }

  private static func failure(
    of work: @LoopActor @Sendable () async throws(OperationError) -> Void
  ) async -> OperationError? {
    do throws(OperationError) {
      try await work()
      return nil
    } catch {
      return error
    }
  }
}
