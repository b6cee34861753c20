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
  /// - Parameter normalEnds: signals that cancel the work, too, but leave the result to it.
  static func run(
    deadline: Duration?, endingWith normalEnds: [CInt] = [],
    _ body: @escaping @LoopActor @Sendable (StandardStreams) async throws(OperationError) -> Void
  ) throws(OperationError) {
    // splice(2) and sendfile(2) have no MSG_NOSIGNAL.
    signal(SIGPIPE, SIG_IGN)
    let signals = Self.signals()
    let failure = EventLoop.shared.run {
      let streams = StandardStreams()
      return await supervise(signals, deadline: deadline, endingWith: normalEnds) { () throws(OperationError) in
        try await body(streams)
      }
    }
    if let failure { throw failure }
  }

  /// Runs the work of a verb that transfers data, with a reporter of its events.
  static func run(
    _ options: ConnectionOptions, reportingTo events: any EventSink,
    _ body: @escaping @LoopActor @Sendable (EventReporter, StandardStreams) async throws(OperationError) -> Void
  ) throws(OperationError) {
    try run(deadline: options.deadline) { (streams) throws(OperationError) in
      let reporter = EventReporter(events, checksum: options.checksum)
      try reporter.checkDigest()
      defer { reporter.finish() }
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
    case nothing
  }

  @LoopActor
  private static func supervise(
    _ signals: [CInt], deadline: Duration?, endingWith normalEnds: [CInt],
    _ body: @escaping @LoopActor @Sendable () async throws(OperationError) -> Void
  ) async -> OperationError? {
    await withTaskGroup(of: Outcome.self) { group in
      group.addTask(executorPreference: EventLoop.shared) { await work(body) }
      group.addTask(executorPreference: EventLoop.shared) { await waitForSignal(signals) }
      if let deadline {
        group.addTask(executorPreference: EventLoop.shared) { await waitForDeadline(deadline) }
      }
      var early: OperationError?
      var normalEnd: CInt?
      while let outcome = await group.next() {
        switch outcome {
        case .done(let failure):
          group.cancelAll()
          if let early { return early }
          // The signal came before there was a result.
          if let normalEnd, failure?.cause == .internalFault {
            return OperationError(.signal(normalEnd), "ended by signal \(normalEnd)")
          }
          return failure
        case .signal(let number):
          if normalEnds.contains(number) {
            normalEnd = number
          } else {
            early = OperationError(.signal(number), "ended by signal \(number)")
          }
          group.cancelAll()
        case .deadline:
          early = early ?? OperationError(.timedOut, "the deadline of \(deadline.map(describe) ?? "") has passed")
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
  private static func waitForSignal(_ numbers: [CInt]) async -> Outcome {
    do {
      return .signal(try await Signals(numbers).next())
    } catch {
      return .nothing
    }
  }

  @LoopActor
  private static func waitForDeadline(_ deadline: Duration) async -> Outcome {
    do {
      try await EventLoop.sleep(until: .after(deadline))
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
