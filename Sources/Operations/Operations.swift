import Glibc
import SocketLoop
import Sockets

/// The verbs of `sock`, without command line and output.
///
/// Each function takes a request, reports events, and returns a value or throws an ``OperationError``.
///
/// It runs the event loop on the calling thread until its work is done.
package enum Operations {
  /// Runs the work of a verb on the loop. A signal or the deadline cancels it, and it cleans up before this function throws.
  ///
  /// - Parameters:
  ///   - normalEnds: what else ends the work like its own end, and leaves the result to it.
  ///   - hangUpEnds: whether SIGHUP ends it; otherwise the work gives it a meaning of its own.
  ///   - service: the server that SIGTERM lets end in order.
  static func run(
    deadline: Duration?, endingWith normalEnds: NormalEnds = [], hangUpEnds: Bool = true,
    service: Service? = nil,
    _ body: @escaping @LoopActor @Sendable (StandardStreams) async throws(OperationError) -> Void
  ) throws(OperationError) {
    // splice(2) and sendfile(2) have no MSG_NOSIGNAL.
    signal(SIGPIPE, SIG_IGN)
    Interruption.reset()
    let signals = Self.signals().filter { hangUpEnds || $0 != SIGHUP }
    let failure = EventLoop.shared.run {
      let streams = StandardStreams()
      return await supervise(signals, deadline: deadline, endingWith: normalEnds, service) {
        () throws(OperationError) in
        try await body(streams)
      }
    }
    if let failure { throw failure }
  }

  /// What ends the work of a verb like its own end.
  struct NormalEnds: OptionSet {
    let rawValue: Int
    /// SIGINT: Ctrl-C.
    static let interrupt = NormalEnds(rawValue: 1 << 0)
    /// The deadline.
    static let deadline = NormalEnds(rawValue: 1 << 1)
  }

  /// Runs the work of a verb that transfers data, with a reporter of its events.
  static func run(
    _ options: ConnectionOptions, reportingTo events: any EventSink,
    _ body: @escaping @LoopActor @Sendable (EventReporter, StandardStreams) async throws(OperationError) -> Void
  ) throws(OperationError) {
    try run(options, reportingTo: events, acceptingOver: [], as: nil, body)
  }

  /// The same for a verb that accepts peers.
  ///
  /// - Parameter layers: the TLS of each side that peers come to; nil for a side without. Certificates are read again at
  ///   SIGHUP, as who may come in is.
  static func serve(
    _ options: ConnectionOptions, over layers: [TLSLayer?] = [], reportingTo events: any EventSink,
    _ body:
      @escaping @LoopActor @Sendable (EventReporter, StandardStreams, Service) async throws(OperationError) -> Void
  ) throws(OperationError) {
    // Read now, since the environment of programs must not have it.
    _ = Worker.current
    let service = Service(options.service)
    try run(options, reportingTo: events, acceptingOver: layers, as: service) {
      (reporter, streams) throws(OperationError) in
      defer { service.end() }
      try service.prepare()
      try await body(reporter, streams, service)
    }
  }

  private static func run(
    _ options: ConnectionOptions, reportingTo events: any EventSink, acceptingOver layers: [TLSLayer?],
    as service: Service?,
    _ body: @escaping @LoopActor @Sendable (EventReporter, StandardStreams) async throws(OperationError) -> Void
  ) throws(OperationError) {
    let access: [any Rereadable] = options.access.map { [$0] } ?? []
    let rereadable = access + layers.compactMap { $0 }
    let rereads = rereadable.contains(where: \.mayChange)
    try run(deadline: options.deadline, hangUpEnds: !rereads, service: service) {
      (streams) throws(OperationError) in
      let reporter = EventReporter(events, checksum: options.checksum)
      try reporter.checkDigest()
      defer { reporter.finish() }
      service?.rereads = rereads
      // The first of several processes accepts no peers: it passes the signal on.
      let letsPeersIn = service?.hasWorkers != true
      if letsPeersIn { try await options.access?.load(for: layers) }
      let rereading = letsPeersIn ? Rereading.start(rereadable, reporter) : nil
      defer { rereading?.cancel() }
      try await body(reporter, streams)
      if let failure = reporter.logFailure { throw failure }
    }
  }

  private enum Outcome: Sendable {
    /// Not a `Result`: to instantiate that type, the runtime searches all conformances of the program, which is a tenth of
    /// the instructions of a short run.
    case done(OperationError?)
    case signal(CInt)
    case deadline
    /// The time that SIGTERM leaves to a server is up.
    case drained
    case nothing
  }

  @LoopActor
  private static func supervise(
    _ signals: [CInt], deadline: Duration?, endingWith normalEnds: NormalEnds, _ service: Service?,
    _ body: @escaping @LoopActor @Sendable () async throws(OperationError) -> Void
  ) async -> OperationError? {
    // Before the work: a signal that comes right behind its first output is heard. If that fails, signals have their
    // default action.
    let signals = try? Signals(signals)
    return await withTaskGroup(of: Outcome.self) { group in
      group.addTask(executorPreference: EventLoop.shared) { await work(body) }
      if let signals { group.addTask(executorPreference: EventLoop.shared) { await waitForSignal(signals) } }
      if let deadline {
        group.addTask(executorPreference: EventLoop.shared) { await waitForDeadline(deadline) }
      }
      // The error of what cancelled the work, and whether a result of the work comes before it.
      var early: (error: OperationError, yields: Bool)?
      while let outcome = await group.next() {
        switch outcome {
        case .done(let failure):
          group.cancelAll()
          // Cancelled before there was a result.
          if let early, !early.yields || failure?.cause == .internalFault { return early.error }
          return failure
        case .signal(SIGTERM) where early == nil && service != nil:
          early = (OperationError(.signal(SIGTERM), "ended by signal \(SIGTERM)"), false)
          guard let grace = service?.drain(), let signals else {
            Interruption.begin(SIGTERM)
            group.cancelAll()
            continue
          }
          // A second signal ends it at once.
          group.addTask(executorPreference: EventLoop.shared) { await waitForSignal(signals) }
          group.addTask(executorPreference: EventLoop.shared) { await waitForEnd(of: grace) }
        case .drained:
          Interruption.begin(SIGTERM)
          group.cancelAll()
        case .signal(let number):
          Interruption.begin(number)
          let isNormal = number == SIGINT && normalEnds.contains(.interrupt)
          early = (OperationError(.signal(number), "ended by signal \(number)"), isNormal)
          group.cancelAll()
        case .deadline:
          let error = OperationError(.timedOut, "the deadline of \(deadline.map(describe) ?? "") has passed")
          early = early ?? (error, normalEnds.contains(.deadline))
          group.cancelAll()
        case .nothing: break
        }
      }
      return OperationError(.internalFault, "the event loop ended before the work was done")
    }
  }

  private static func work(
    _ body: @LoopActor @Sendable () async throws(OperationError) -> Void
  ) async -> Outcome {
    do throws(OperationError) {
      try await body()
      return .done(nil)
    } catch {
      return .done(error)
    }
  }

  /// SIGINT, SIGTERM and SIGHUP, except those that are ignored, as by nohup(1).
  private static func signals() -> [CInt] {
    [SIGINT, SIGTERM, SIGHUP].filter { number in
      var action = sigaction()
      guard sigaction(number, nil, &action) == 0 else { return true }
      return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) != unsafeBitCast(SIG_IGN, to: Int.self)
    }
  }

  @LoopActor
  private static func waitForSignal(_ signals: Signals) async -> Outcome {
    do {
      return .signal(try await signals.next())
    } catch {
      return .nothing
    }
  }

  @LoopActor
  private static func waitForEnd(of grace: Duration) async -> Outcome {
    do throws(WaitError) { try await EventLoop.sleep(until: .after(grace)) } catch { return .nothing }
    return .drained
  }

  /// How long a busy run may go on beyond its deadline with what is ready.
  private static let patience = Duration.milliseconds(100)

  @LoopActor
  private static func waitForDeadline(_ deadline: Duration) async -> Outcome {
    do {
      try await EventLoop.sleep(until: .after(deadline))
      // If the process was stopped, what came in time is handled first.
      try await EventLoop.shared.settle(until: .after(patience))
      return .deadline
    } catch {
      return .nothing
    }
  }
}

/// A duration for messages: `1.5 s`.
func describe(_ duration: Duration) -> String {
  let (seconds, attoseconds) = duration.components
  let milliseconds = attoseconds / 1_000_000_000_000_000
  if seconds == 0, milliseconds == 0, attoseconds > 0 { return "less than 1 ms" }
  if milliseconds == 0 { return "\(seconds) s" }
  if seconds == 0 { return "\(milliseconds) ms" }
  let digits = String(1000 + milliseconds).dropFirst()
  return "\(seconds).\(digits.reversed().drop { $0 == "0" }.reversed().map(String.init).joined()) s"
}

/// A number of bytes for messages: `1 byte`, `2 bytes`.
func describe(bytes count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
