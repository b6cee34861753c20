import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock connect -z`: reports what is at an endpoint, or at several ports of one host.
  package static func check(_ request: CheckRequest, events: any EventSink) throws(OperationError) {
    try run(request.options, reportingTo: events) { (reporter, _) throws(OperationError) in
      try await CheckOperation(request, reporter).run()
    }
  }
}

@LoopActor
private struct CheckOperation {
  let request: CheckRequest
  let reporter: EventReporter
  let dialer: Dialer
  let check: EndpointCheck

  init(_ request: CheckRequest, _ reporter: EventReporter) {
    self.request = request
    self.reporter = reporter
    dialer = Dialer(transport: request.transport, options: request.options, reporter: reporter)
    check = EndpointCheck(dialer: dialer, reporter: reporter, wait: request.options.wait ?? .seconds(1))
  }

  func run() async throws(OperationError) {
    try request.options.tls?.prepare(.client, reporter)
    guard case .internet(let host, _) = request.endpoint.target, !request.services.isEmpty else {
      let finding = await check.find(request.endpoint)
      if Task.isCancelled { throw .cancelled }
      // The error of a check that failed says all that the finding would.
      if finding.kind != .failed { report(finding, at: request.endpoint) }
      if let error = finding.error { throw error }
      return
    }
    try await checkAll(try await ports(of: host), of: host)
  }

  private func endpoint(_ host: String?, _ service: String) -> Endpoint {
    Endpoint(
      transport: request.endpoint.transport, target: .internet(host: host, service: service),
      layers: request.endpoint.layers)
  }

  /// One port to check: its number, and the addresses of the host with that port.
  private struct Port {
    let number: UInt16
    let addresses: [SocketAddress]
  }

  /// Looks the host up once, and every service that has a name.
  private func ports(of host: String?) async throws(OperationError) -> [Port] {
    let known = try await dialer.addresses(of: endpoint(host, request.services.first { UInt16($0) != nil } ?? "1"))
    var ports: [Port] = []
    var seen: Set<UInt16> = []
    for service in request.services {
      guard let number = try await self.number(of: service, host), seen.insert(number).inserted else { continue }
      ports.append(Port(number: number, addresses: known.map { $0.with(port: number) }))
    }
    return ports
  }

  private func number(of service: String, _ host: String?) async throws(OperationError) -> UInt16? {
    if let number = UInt16(service) { return number }
    do throws(OperationError) {
      return try await dialer.addresses(of: endpoint(host, service)).first?.port
    } catch {
      // The host was found, so it is the service that is unknown.
      guard error.cause == .nameNotFound, error.advice.isEmpty else { throw error }
      throw OperationError(
        .usage, "'\(service)' is no service of \(dialer.transport(to: request.endpoint)): write the port's number")
    }
  }

  /// Checks the ports, many at the same time, and reports them in their order.
  private func checkAll(_ ports: [Port], of host: String?) async throws(OperationError) {
    DescriptorLimit.raise()
    // A datagram socket reserves address space for what it may receive.
    let limit = dialer.transport(to: request.endpoint).mayRefuseDatagrams ? 1024 : Int.max
    let atOnce = min(ports.count, limit, DescriptorLimit.room(for: 2))
    var findings: [Finding?] = Array(repeating: nil, count: ports.count)
    var reported = 0
    await withTaskGroup(of: (Int, Finding).self) { group in
      var next = 0
      func startNext() {
        guard next < ports.count, !Task.isCancelled else { return }
        let (index, port) = (next, ports[next])
        next += 1
        group.addTask(executorPreference: EventLoop.shared) {
          (index, await check.find(endpoint(host, "\(port.number)"), at: port.addresses))
        }
      }
      for _ in 0..<atOnce { startNext() }
      while let (index, finding) = await group.next() {
        findings[index] = finding
        startNext()
        while !Task.isCancelled, reported < findings.count, let finding = findings[reported] {
          report(finding, at: endpoint(host, "\(ports[reported].number)"))
          reported += 1
        }
      }
    }
    if Task.isCancelled { throw .cancelled }
    try conclude(findings.compactMap { $0 })
  }

  private func conclude(_ findings: [Finding]) throws(OperationError) {
    let errors = findings.compactMap(\.error)
    guard let last = errors.last else { return }
    if findings.count == 1 { throw last }
    throw OperationError(
      last.cause, "\(errors.count) of \(findings.count) ports are not open", errorNumber: last.errorNumber)
  }

  private func report(_ finding: Finding, at endpoint: Endpoint) {
    reporter.found(finding, at: endpoint, over: dialer.transport(to: endpoint))
  }
}

extension EventReporter {
  /// Reports what was found at an endpoint.
  func found(_ finding: Finding, at endpoint: Endpoint, over transport: Transport) {
    emit(.found) {
      $0.endpoint = "\(endpoint)"
      $0.transport = transport
      $0.finding = finding.kind
      $0.peer = finding.peer
      $0.errorNumber = finding.error?.errorNumber
      $0.message = finding.sentence
    }
  }
}
