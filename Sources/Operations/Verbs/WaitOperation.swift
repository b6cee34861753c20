import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock wait`: waits until every endpoint answers, or until none does.
  package static func wait(_ request: WaitRequest, events: any EventSink) throws(OperationError) {
    try run(request.options, reportingTo: events) { (reporter, _) throws(OperationError) in
      try await WaitOperation(request, reporter).run()
    }
  }
}

@LoopActor
private final class WaitOperation {
  private let request: WaitRequest
  private let reporter: EventReporter
  private let start = MonotonicTime.now
  /// What was found last at each endpoint that is still waited for; nil if no attempt has ended yet.
  private var latest: [Finding?]
  private var isReady: [Bool]

  /// A service that has just started should be noticed soon.
  private static let firstDelay = Duration.milliseconds(100)
  private static let longestDelay = Duration.seconds(1)

  init(_ request: WaitRequest, _ reporter: EventReporter) {
    self.request = request
    self.reporter = reporter
    latest = Array(repeating: nil, count: request.endpoints.count)
    isReady = Array(repeating: false, count: request.endpoints.count)
  }

  private enum Outcome: Sendable {
    case ready
    case failed(OperationError)
    case timeOver
    case cancelled
  }

  func run() async throws(OperationError) {
    if request.endpoints.contains(where: { !$0.layers.isEmpty }) { try request.options.tls?.prepare(.client, reporter) }
    let failure: OperationError? = await withTaskGroup(of: Outcome.self) { group in
      defer { group.cancelAll() }
      for index in request.endpoints.indices {
        group.addTask(executorPreference: EventLoop.shared) { await self.attend(to: index) }
      }
      if let limit = request.limit {
        group.addTask(executorPreference: EventLoop.shared) { await Self.sleep(limit) ? .timeOver : .cancelled }
      }
      while isReady.contains(false), let outcome = await group.next() {
        switch outcome {
        case .ready: continue
        case .failed(let error): return error
        case .timeOver: return timeOver()
        case .cancelled: return OperationError.cancelled
        }
      }
      return nil
    }
    if let failure { throw failure }
  }

  /// Checks an endpoint until it is as it should be.
  private func attend(to index: Int) async -> Outcome {
    let endpoint = request.endpoints[index]
    let dialer = Dialer(transport: request.transport, options: request.options, reporter: .silent)
    let check = EndpointCheck(
      dialer: dialer, reporter: .silent, wait: min(.seconds(1), request.options.connectTimeout ?? .seconds(1)))
    var backoff = Backoff(first: Self.firstDelay, limit: Self.longestDelay)
    while true {
      let finding = await check.find(endpoint)
      if Task.isCancelled { return .cancelled }
      // A host may appear; the list of services stays as it is.
      if let error = finding.error, !error.mayPass, error.cause != .nameNotFound || error.lookUpCode == "EAI_SERVICE" {
        return .failed(error)
      }
      noteName(finding, earlier: latest[index])
      latest[index] = finding
      if finding.isOpen != request.untilClosed {
        isReady[index] = true
        report(finding, at: endpoint)
        return .ready
      }
      let delay = backoff.next()
      report(finding, at: endpoint, retryingIn: delay)
      guard await Self.sleep(delay) else { return .cancelled }
    }
  }

  /// A name may appear later, as that of a container does; but it may also be misspelt, so a warning says so once.
  private func noteName(_ finding: Finding, earlier: Finding?) {
    guard finding.kind == .unknownName, earlier?.kind != .unknownName, let error = finding.error else { return }
    reporter.warn(request.untilClosed ? error.message : "\(error.message): waiting for it to appear")
  }

  private func report(_ finding: Finding, at endpoint: Endpoint, retryingIn delay: Duration? = nil) {
    reporter.emit(delay == nil ? .ready : .retry) {
      $0.endpoint = "\(endpoint)"
      $0.transport = endpoint.transport ?? request.transport
      $0.finding = finding.kind
      $0.peer = finding.peer
      $0.errorNumber = finding.error?.errorNumber
      $0.seconds = (delay ?? MonotonicTime.now.since(start)) / .seconds(1)
      let then = delay.map { "trying again in \(describe($0))" } ?? "after \(describe(MonotonicTime.now.since(start)))"
      $0.message = "\(endpoint): \(finding.sentence): \(then)"
    }
  }

  private func timeOver() -> OperationError {
    let left = request.endpoints.indices.filter { !isReady[$0] }
    let limit = describe(request.limit ?? .zero)
    let what = request.untilClosed ? "still answered after \(limit)" : "did not answer within \(limit)"
    if request.endpoints.count == 1 {
      let only = attempt(0)
      let reason = request.untilClosed ? "" : ": \(latest[0]?.reason ?? "no answer yet")"
      return OperationError(
        .timedOut, "\(request.endpoints[0]) \(what)\(reason)", errorNumber: latest[0]?.error?.errorNumber,
        advice: only.advice)
    }
    let count = "\(left.count) of \(request.endpoints.count) endpoints"
    var error = OperationError(.timedOut, "\(count) \(what)")
    error.errorNumber = left.last.flatMap { latest[$0]?.error?.errorNumber }
    error.attempts = left.map { attempt($0) }
    return error
  }

  private func attempt(_ index: Int) -> OperationError.Attempt {
    let reason = latest[index]?.reason ?? "no answer yet"
    return OperationError.Attempt(
      message: "\(request.endpoints[index]): \(reason)", advice: latest[index]?.error?.advice ?? [])
  }

  private static func sleep(_ duration: Duration) async -> Bool {
    do { try await EventLoop.sleep(until: .after(duration)) } catch { return false }
    return true
  }
}
