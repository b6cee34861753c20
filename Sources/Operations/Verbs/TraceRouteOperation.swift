import SocketLoop
import Sockets

extension Operations {
  /// `sock trace-route`: finds the routers on the way to a host.
  ///
  /// - Parameter text: the text of a report for standard output.
  /// - Throws: `.unreachable` if a router reports that, `.timedOut` if the host does not answer.
  package static func traceRoute(
    _ request: TraceRouteRequest, text: @escaping @Sendable (TraceRouteReport) -> String
  ) throws(OperationError) {
    try run(deadline: request.deadline) { (streams) throws(OperationError) in
      try await TraceRouteOperation(request, ReportWriter(streams, text)).run()
    }
  }
}

@LoopActor
private final class TraceRouteOperation {
  private enum Step: Sendable {
    case done(probe: Int, ProbeOutcome?)
    case named(SocketAddress, String?)
    case paused
  }

  /// The maximum number of probes in flight.
  private static let widest = 16
  /// How long to wait without an answer before another probe is sent.
  private static let pause = Duration.milliseconds(50)
  /// The time limit of a reverse lookup.
  private static let patience = Duration.seconds(2)
  /// The first destination port of UDP probes, if the user chose none: each probe uses the next one, as in traceroute(8).
  private static let firstPort: UInt16 = 33_434

  private let request: TraceRouteRequest
  private let reports: ReportWriter<TraceRouteReport>
  private var outcomes: [Int: ProbeOutcome] = [:]
  private var names: [SocketAddress: String] = [:]
  private var unnamed: Set<SocketAddress> = []
  private var asked: Set<SocketAddress> = []
  private var last: Int
  private var nextHop: Int
  private var reached = false
  private var verdict: ProbeError?
  private var failure: ErrorNumber?

  init(_ request: TraceRouteRequest, _ reports: ReportWriter<TraceRouteReport>) {
    self.request = request
    self.reports = reports
    last = request.maxHops
    nextHop = request.firstHop
  }

  private var target: ProbeTarget { request.target }

  func run() async throws(OperationError) {
    let address = try await target.address()
    let source = try await target.sourceAddress(for: address)
    try target.check(address, source)
    try await reports.write(.started(address))
    try await probe(address, source)
    try await reports.write(.finished(reached: reached, hops: nextHop - 1))
    if reached { return }
    if let verdict { throw OperationError(.unreachable, "\(address.host) is not reached: \(verdict)") }
    if let failure {
      throw OperationError(
        OperationError.cause(of: failure, while: .connecting), "\(address.host) is not reached: \(failure)",
        errorNumber: failure
      ).advised(onGroup: address, interface: target.interface, isStream: target.method == .tcp)
    }
    throw OperationError(.timedOut, "\(address.host) did not answer within \(request.maxHops) hops")
  }

  private func probe(_ address: SocketAddress, _ source: SocketAddress?) async throws(OperationError) {
    let result = await withTaskGroup(of: Step.self) { group -> Result<Void, OperationError> in
      defer { group.cancelAll() }
      var next = 0
      var inFlight = 0
      // Linux limits the ICMP errors to each host: six at once, then one a second. Probes beyond the last hop would use
      // up the errors that matter, so the window grows only with answers and over time.
      var width = request.probes
      group.addTask(executorPreference: EventLoop.shared) { await self.wait() }
      while true {
        while inFlight < width, hop(of: next) <= last {
          let number = next
          let probe = probe(number, address, source)
          group.addTask(executorPreference: EventLoop.shared) { .done(probe: number, await probe.run()) }
          next += 1
          inFlight += 1
        }
        guard let step = await group.next() else { return .failure(.cancelled) }
        switch step {
        case .paused:
          width = min(width + 1, Self.widest)
          if width < Self.widest { group.addTask(executorPreference: EventLoop.shared) { await self.wait() } }
        case .named(let who, let name):
          names[who] = name
          unnamed.remove(who)
        case .done(let probe, let outcome):
          inFlight -= 1
          guard let outcome else { return .failure(.cancelled) }
          note(outcome, of: probe)
          if outcome.from != nil { width = min(width + 1, Self.widest) }
          if !request.isNumeric, let who = outcome.from, asked.insert(who).inserted {
            unnamed.insert(who)
            group.addTask(executorPreference: EventLoop.shared) { .named(who, await self.name(of: who)) }
          }
        }
        do throws(OperationError) {
          if try await reportCompleteHops() { return .success(()) }
        } catch {
          return .failure(error)
        }
      }
    }
    try result.get()
  }

  private func hop(of probe: Int) -> Int { request.firstHop + probe / request.probes }

  private func probe(_ number: Int, _ address: SocketAddress, _ source: SocketAddress?) -> Probe {
    let port = Self.firstPort + UInt16(number % 10_000)
    return Probe(
      target: target,
      address: target.method == .udp && target.service == nil ? address.with(port: port) : address,
      source: source, hops: hop(of: number))
  }

  /// Notes where the route ends: at the first hop where the host answers, or a router reports it unreachable.
  private func note(_ outcome: ProbeOutcome, of probe: Int) {
    outcomes[probe] = outcome
    let hop = hop(of: probe)
    switch outcome {
    case .answer: if hop <= last { (last, reached) = (hop, true) }
    case .report(let error) where error.error.fate == .unreachable || error.error.fate == .portUnreachable:
      if hop < last || hop == last && !reached { (last, reached, verdict) = (hop, false, error) }
    case .failed(let number):
      if hop < last || hop == last && !reached { (last, reached, failure) = (hop, false, number) }
    case .report, .silence, .corrupted: break
    }
  }

  /// Reports the hops that are complete, in order.
  ///
  /// - Returns: whether the last hop has been reported.
  private func reportCompleteHops() async throws(OperationError) -> Bool {
    while nextHop <= last {
      let first = (nextHop - request.firstHop) * request.probes
      let numbers = first..<(first + request.probes)
      let found = numbers.compactMap { outcomes[$0] }
      guard found.count == request.probes else { return false }
      if found.contains(where: { $0.from.map(unnamed.contains) ?? false }) { return false }
      for number in numbers { outcomes[number] = nil }
      try await reports.write(.hop(TraceRouteHop(number: nextHop, outcomes: found, names: names)))
      nextHop += 1
    }
    return true
  }

  private func wait() async -> Step {
    try? await EventLoop.sleep(until: .after(Self.pause))
    return .paused
  }

  private func name(of address: SocketAddress) async -> String? {
    let found = try? await EventLoop.offload(until: .after(Self.patience)) {
      try? Resolver.names(of: address, flags: .nameRequired).host
    }
    return found ?? nil
  }
}
