import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock relay`: joins two ends.
  package static func relay(_ request: RelayRequest, events: any EventSink) throws(OperationError) {
    try run(request.options, reportingTo: events) { (reporter, streams) throws(OperationError) in
      try await RelayOperation(request, reporter, streams).run()
    }
  }
}

@LoopActor
private struct RelayOperation {
  let request: RelayRequest
  let reporter: EventReporter
  private let streams: StandardStreams

  init(_ request: RelayRequest, _ reporter: EventReporter, _ streams: StandardStreams) {
    self.request = request
    self.reporter = reporter
    self.streams = streams
  }

  func run() async throws(OperationError) {
    if request.faults.isRandom, let seed = request.faults.seed {
      reporter.emit(.option) { $0.message = "the faults of --seed \(seed)" }
    }
    let context = EndContext(
      reporter: reporter, streams: streams, access: request.options.access, peerTimeout: request.peerTimeout)
    let taps = try await TapSet(request.options, reporter)
    // The right side first, so that no peer comes before it is known to be usable.
    let right = try await right(context)
    defer { right.close() }
    let left = try await request.left.meaning.prepare(context)
    defer { left.close() }
    if let listening = left as? ListeningSource, let right = right as? DialedSource,
      listening.listeners.carriesMessages
    {
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

  /// What each connection opens on the right.
  private func right(_ context: EndContext) async throws(OperationError) -> any EndSource {
    let first = try await request.right.meaning.prepare(context)
    guard !request.otherRights.isEmpty else { return retrying(first) }
    var sources = [(word: request.right.word, source: first)]
    for end in request.otherRights { sources.append((end.word, try await end.meaning.prepare(context))) }
    return retrying(BalancedSource(sources, request.balance, reporter))
  }

  private func retrying(_ source: any EndSource) -> any EndSource {
    request.retry.count == 0 || source is ListeningSource
      ? source : RetryingSource(source, request.retry, reporter)
  }

  private func serve(_ left: any EndSource, by handler: ForwardHandler, isOnce: Bool) async throws(OperationError) {
    guard let listening = left as? ListeningSource else {
      return try await handler.join(try await retrying(left).open(for: nil))
    }
    let limits = isOnce ? AcceptLimits.inTurn(1) : .many(atOnce: handler.atOnce)
    let tally = try await listening.acceptor(limits.narrowed(by: request.options.admission)).run(handler)
    if isOnce, let failure = tally.lastFailure { throw failure }
  }

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
