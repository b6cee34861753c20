import Glibc
import SocketLoop
import Sockets

extension Operations {
  /// `sock ping`: probes a host repeatedly, and reports each answer and a summary.
  ///
  /// SIGINT and the deadline end it like `--count`, with the summary and an exit status that depends on the answers.
  ///
  /// - Parameter text: the text of a report for standard output.
  /// - Throws: `.timedOut` or `.unreachable` if no probe was answered.
  package static func ping(
    _ request: PingRequest, text: @escaping @Sendable (PingReport) -> String
  ) throws(OperationError) {
    try run(deadline: request.deadline, endingWith: [.interrupt, .deadline]) { (streams) throws(OperationError) in
      try await PingOperation(request, ReportWriter(streams, text)).run()
    }
  }
}

@LoopActor
private final class PingOperation {
  private let request: PingRequest
  private let reports: ReportWriter<PingReport>
  /// The data of an echo request.
  private let data: [UInt8]
  private var tally = PingTally()
  /// The error if no probe was answered.
  private var latestError: String?
  private var latestNumber: ErrorNumber?
  /// The error of a system limit that prevents further probes.
  private var limit: ErrorNumber?

  init(_ request: PingRequest, _ reports: ReportWriter<PingReport>) {
    self.request = request
    self.reports = reports
    data = (0..<request.target.size).map { UInt8(truncatingIfNeeded: $0) }
  }

  private var target: ProbeTarget { request.target }
  private var isMoreToSend: Bool { tally.statistics.sent < request.count ?? .max }

  func run() async throws(OperationError) {
    let address = try await target.address()
    let source = try await target.sourceAddress(for: address)
    try target.check(address, source)
    let start = MonotonicTime.now
    if target.method == .icmp {
      try await exchangeEchoes(address, source)
    } else {
      try await exchangeProbes(address, source)
    }
    var all = tally.statistics
    all.seconds = MonotonicTime.now.since(start).inSeconds
    try await reports.write(.finished(all))
    if let limit {
      throw OperationError(.system, "\(address.host) cannot be probed any more: \(limit)", errorNumber: limit)
    }
    if all.received > 0 { return }
    throw OperationError(
      all.errors > 0 ? .unreachable : all.corrupted > 0 ? .peerProtocol : .timedOut,
      "no \(all.corrupted > 0 ? "good " : "")answer from \(address.host)" + (latestError.map { ": \($0)" } ?? ""),
      errorNumber: latestNumber
    ).advised(onGroup: address, interface: target.interface, isStream: target.method == .tcp)
  }

  private func tell(_ outcome: ProbeOutcome, _ sequence: Int) async throws(OperationError) {
    let counted = tally.count(outcome, sequence: sequence)
    guard counted.isNews else { return }
    switch outcome {
    case .report(let report): latestError = report.description
    case .failed(let number): (latestError, latestNumber) = ("\(number)", number)
    case .corrupted(_, let how): latestError = "\(how)"
    case .answer, .silence: break
    }
    try await reports.write(
      .outcome(outcome, sequence: sequence, isDuplicate: counted.isDuplicate, isReordered: counted.isReordered))
  }

  // MARK: - ICMP: one socket for all probes, to see duplicates and late answers

  private func exchangeEchoes(_ address: SocketAddress, _ source: SocketAddress?) async throws(OperationError) {
    let socket: ProbeSocket
    do throws(SystemError) {
      socket = try ProbeSocket(target, to: address, source: source)
      try socket.connect()
    } catch {
      throw target.cannotProbe(error, address)
    }
    defer { socket.close() }
    try await reports.write(.started(address))
    let identifier = UInt16.random(in: 0 ... .max)
    var nextSend = MonotonicTime.now
    while !Task.isCancelled {
      let now = MonotonicTime.now
      if isMoreToSend, now >= nextSend {
        nextSend = now.advanced(by: request.interval)
        try await sendEcho(by: socket, identifier)
      }
      try await receiveEchoes(socket, identifier)
      for sequence in tally.expired(before: MonotonicTime.now, timeout: target.timeout) {
        try await tell(.silence, sequence)
      }
      // Any number of group members may answer, so wait for the full timeout of the last probe.
      let waiting = socket.isForGroup && !isMoreToSend ? tally.latest : tally.oldestWaiting
      if !isMoreToSend && waiting == nil { return }
      if socket.isForGroup, !isMoreToSend, MonotonicTime.now >= tally.latest?.advanced(by: target.timeout) ?? .never {
        return
      }
      let expiry = waiting.map { $0.advanced(by: target.timeout) } ?? .never
      do throws(LoopError) {
        try await socket.connection.watch.readable(until: min(expiry, isMoreToSend ? nextSend : .never))
      } catch {
        switch error {
        case .timedOut: continue
        case .cancelled: return
        case .system(let error): throw OperationError(error, while: .transferring)
        }
      }
    }
  }

  private func sendEcho(by socket: ProbeSocket, _ identifier: UInt16) async throws(OperationError) {
    let message = EchoMessage(
      .request, identifier: identifier, sequence: UInt16(truncatingIfNeeded: tally.next), data: data)
    let bytes = message.bytes(for: socket.peer.family)
    // The round-trip time starts here, when the message is ready.
    let sequence = tally.send()
    do throws(SystemError) {
      try socket.send(bytes)
    } catch {
      // Too long for the path, and fragmentation is forbidden. The path MTU may change.
      let number = error.number
      guard number.isNetworkError || [.permissionDenied, .notPermitted, .messageTooLong].contains(number) else {
        throw OperationError(error.about("\(target.size) bytes to \(socket.peer.host)"), while: .transferring)
      }
      try await tell(.failed(number), sequence)
    }
  }

  /// What is wrong with a reply; nil if it is correct.
  private func corruption(of reply: EchoMessage, hasValidChecksum: Bool) -> Corruption? {
    if reply.data == data { return hasValidChecksum ? nil : .checksum }
    if reply.data.count != data.count { return .length(sent: data.count) }
    return zip(reply.data, data).enumerated().first { $0.element.0 != $0.element.1 }.map { .byte($0.offset) }
  }

  private func receiveEchoes(_ socket: ProbeSocket, _ identifier: UInt16) async throws(OperationError) {
    let family = socket.peer.family
    let type = socket.connection.socket.type
    while let arrival = try nextArrival(socket) {
      switch arrival {
      case .data(let bytes, let from, let hopLimit, let age):
        guard let message = EchoMessage(received: bytes, family: family, type: type), message.kind == .reply,
          let (sequence, start) = probe(of: message, identifier, type)
        else { continue }
        // An answer from a member of a group has that member's address.
        let answer = ProbeAnswer(
          kind: .echo, from: socket.isForGroup ? from : socket.peer, time: start.elapsed(age: age),
          bytes: message.data.count + EchoMessage.headerSize, hopLimit: hopLimit)
        let isRight = EchoMessage.hasValidChecksum(received: bytes, family: family, type: type)
        if let how = corruption(of: message, hasValidChecksum: isRight) {
          try await tell(.corrupted(answer, how), sequence)
        } else {
          try await tell(.answer(answer), sequence)
        }
      case .error(let queued, let age):
        guard let message = EchoMessage(queued.packet, family: family), message.kind == .request,
          let (sequence, start) = probe(of: message, identifier, type)
        else { continue }
        try await tell(Probe.outcome(of: queued, from: socket.peer, time: start.elapsed(age: age)), sequence)
      // It is unknown which probe the error is about; that one counts as lost.
      case .failure: continue
      }
    }
  }

  private func nextArrival(_ socket: ProbeSocket) throws(OperationError) -> ProbeSocket.Arrival? {
    do throws(SystemError) {
      return try socket.nextArrival()
    } catch {
      throw OperationError(error, while: .transferring)
    }
  }

  /// The probe that a message answers; nil if it belongs to another process, since a raw socket receives those as well.
  private func probe(
    of message: EchoMessage, _ identifier: UInt16, _ type: SocketType
  ) -> (sequence: Int, moment: MonotonicTime)? {
    type == .datagram || message.identifier == identifier ? tally.probe(message.sequence) : nil
  }

  // MARK: - TCP and UDP: one socket for each probe, to match answers to probes

  private enum Step: Sendable {
    case nextSend
    case done(sequence: Int, ProbeOutcome?)
    case end
  }

  private func exchangeProbes(_ address: SocketAddress, _ source: SocketAddress?) async throws(OperationError) {
    try await reports.write(.started(address))
    let probe = Probe(target: target, address: address, source: source)
    let result = await withTaskGroup(of: Step.self) { group -> Result<Void, OperationError> in
      defer { group.cancelAll() }
      var outstanding = 0
      group.addTask(executorPreference: EventLoop.shared) { .nextSend }
      while let step = await group.next() {
        switch step {
        case .end: return .success(())
        case .nextSend:
          if Task.isCancelled { return .success(()) }
          let sequence = tally.send()
          outstanding += 1
          group.addTask(executorPreference: EventLoop.shared) { .done(sequence: sequence, await probe.run()) }
          if isMoreToSend {
            let next = MonotonicTime.after(request.interval)
            group.addTask(executorPreference: EventLoop.shared) { await self.sleep(until: next, then: .nextSend) }
          }
        case .done(let sequence, let outcome):
          outstanding -= 1
          guard let outcome else { return .success(()) }
          do throws(OperationError) { try await tell(outcome, sequence) } catch { return .failure(error) }
          if case .failed(let number) = outcome, number.isOutOfDescriptors {
            limit = number
            return .success(())
          }
          if outstanding == 0, !isMoreToSend { return .success(()) }
        }
      }
      return .success(())
    }
    try result.get()
  }

  private func sleep(until moment: MonotonicTime, then step: Step) async -> Step {
    // A cancelled wait ends the run.
    do { try await EventLoop.sleep(until: moment) } catch { return .end }
    return step
  }
}
