import SocketLoop
import Sockets
import Transfer

// The kinds of work. Each adds to the report as it goes, and fails if nothing could be measured.
extension BenchStream {
  func upload() async throws {
    try await order()
    try await sendAll()
    let seconds = seconds
    let information = connection.socket.tcpInformation()
    if request.server == .bench {
      let result = try await result()
      // The server's time cannot be shorter than ours: it starts before our first byte and ends after our last.
      guard result.bytes == sent, Double(result.nanoseconds) >= seconds * 0.9e9 - 1e7 else {
        throw OperationError(
          .peerProtocol, "\(peer) tells of \(result.bytes) bytes in \(result.nanoseconds) ns: \(sent) were sent to it")
      }
      operation.report.confirmed = (operation.report.confirmed ?? 0) + result.bytes
      // The time until the last byte arrived, not until it was passed to the local kernel.
      noteTime(Double(result.nanoseconds) / 1e9, processor: Double(result.processorMicroseconds) / 1e6)
    } else {
      // The peer's end of stream confirms that everything has arrived.
      let ending = try await traffic.receive(until: expect("closed the connection")) { received += UInt64($0) }
      if received > 0 { throw foreign("it sends something") }
      if ending != .peerEnded { throw tooLate() }
      noteTime()
    }
    note(information)
  }

  func download() async throws {
    try await order()
    expect(request.server == .bench ? "sent all" : "sent anything")
    let limit = request.server == .bench ? limit : end
    let ending = try await traffic.receive(until: limit, atMost: request.amount ?? .max) { self.took($0) }
    noteTime()
    note(connection.socket.tcpInformation())
    switch ending {
    case .enough: break
    // `sock listen --bench` sends until the time is up, a chargen service forever.
    case .peerEnded where request.server == .bench && isTime: if received == 0 { throw ended() }
    case .peerEnded: throw request.server == .bench ? ended() : foreign("it ended behind \(received) bytes")
    case .timeIsOver where request.server == .bench: throw tooLate()
    case .timeIsOver: if received == 0 { throw tooLate(within: request.time) }
    case .differs: throw foreign("it sends something else")
    }
  }

  /// Whether roughly as much time has passed as the order specified.
  private var isTime: Bool { operation.secondsSinceStart >= request.time / .seconds(1) * 0.9 }

  func both() async throws {
    try await order()
    expect(request.server == .bench ? "taken and sent all" : "sent all of it back")
    let failure = await withTaskGroup(of: OperationError?.self) { group in
      group.addTask(executorPreference: EventLoop.shared) { await self.outcome { try await self.sendAll() } }
      group.addTask(executorPreference: EventLoop.shared) { await self.outcome { try await self.receiveAll() } }
      var failure: OperationError?
      for await ended in group where failure == nil {
        failure = ended
        if failure != nil { group.cancelAll() }
      }
      return failure
    }
    if let failure { throw failure }
    note(connection.socket.tcpInformation())
    if received == 0 { throw ended() }
    if request.server == .echo, received != sent { throw foreign("it sent back \(received) of \(sent) bytes") }
    // `sock listen --bench` ends the stream once it has received everything; an echo server has sent everything back.
    operation.report.confirmed = (operation.report.confirmed ?? 0) + sent
  }

  /// Receives to the end of the stream; from an echo server, exactly what was sent.
  private func receiveAll() async throws {
    let ending = try await traffic.receive(until: limit, checks: request.server == .echo) { self.took($0) }
    noteTime()
    switch ending {
    case .peerEnded, .enough: break
    case .timeIsOver: throw tooLate()
    case .differs: throw foreign("it sends other bytes back")
    }
  }

  /// Runs a part of the work; returns its error, or nil.
  func outcome(_ body: @LoopActor () async throws -> Void) async -> OperationError? {
    do {
      try await body()
      return nil
    } catch let error as OperationError {
      return error
    } catch let error as LoopError {
      return failure(error)
    } catch {
      return .cancelled
    }
  }

  private func sendAll() async throws {
    try await traffic.send(
      until: end, atMost: request.amount ?? .max, pieces: min(request.messageSize, BenchTraffic.longestWrite)
    ) { count in
      sent += UInt64(count)
      operation.report.sent += UInt64(count)
    }
    if sent == 0 {
      expect("taken anything")
      throw tooLate(within: request.time)
    }
    try endSending()
  }

  private func took(_ count: Int) {
    received += UInt64(count)
    operation.report.received += UInt64(count)
  }

  /// Records how long the work took: until now, or as reported by the server.
  private func noteTime(_ told: Double? = nil, processor: Double? = nil) {
    operation.spans.add(
      from: operation.secondsSinceStart - seconds, lasting: told ?? seconds, processor: processor)
  }

  /// Records what an interrupted stream has measured so far.
  func noteInterruption() {
    noteTime()
    note(connection.socket.tcpInformation())
  }

  private func note(_ information: TCPInformation?) {
    if let information { operation.report.information.append(information) }
  }

  // MARK: - Rounds and connections

  func exchange() async throws {
    try await order()
    expect("sent a message back")
    var message = [UInt8](repeating: 0x78, count: request.messageSize)
    var rounds = 0
    while MonotonicTime.now < end, rounds < request.amount ?? .max {
      // Each message is different, so that the peer cannot answer without reading it.
      message[0] = UInt8(truncatingIfNeeded: rounds)
      let start = MonotonicTime.now
      try await connection.send(message, until: limit)
      let answer = try await traffic.receiveAll(message.count, until: limit)
      if answer.count < message.count { throw ended() }
      guard answer == message else { throw foreign("it sends other bytes back") }
      operation.report.times.record(Int(clamping: MonotonicTime.now.nanoseconds - start.nanoseconds))
      operation.report.sent += UInt64(message.count)
      operation.report.received += UInt64(message.count)
      rounds += 1
    }
    noteTime()
    note(connection.socket.tcpInformation())
    // Done: let the server serve the next stream.
    try? endSending()
  }

  /// Resets each connection. Closing tens of thousands a second in order would use up the local ports (TIME_WAIT).
  func connects() async throws {
    guard let address = peer.address else {
      throw OperationError(.usage, "--work connects needs the address of the server: \(peer) is a name")
    }
    begin()
    expect("accepted a connection")
    var made = 0
    while MonotonicTime.now < end, made < request.amount ?? .max, !Task.isCancelled {
      let start = MonotonicTime.now
      do throws(LoopError) {
        let connection = try await operation.dialer.reopen(
          request.endpoint, at: address, like: connection, until: min(limit, .after(request.options.connectTimeout)))
        operation.report.times.record(Int(clamping: MonotonicTime.now.nanoseconds - start.nanoseconds))
        connection.abort()
      } catch {
        guard case .system(let cause) = error else { throw error }
        throw OperationError(
          .unreachable, "connection \(made + 1) to \(peer): \(cause)", errorNumber: cause.number)
      }
      made += 1
    }
    if Task.isCancelled { throw LoopError.cancelled }
    noteTime()
  }

  // MARK: - Datagrams

  func datagrams() async throws {
    let place = try await order()
    guard place.port > 0 else {
      throw OperationError(
        .unreachable,
        "\(peer) could not open a port for datagrams: it may have too many open files; its own messages say why")
    }
    let preparation = operation.dialer.preparation(for: .udp, reportingTo: .silent)
    try await BenchDatagrams.send(request, preparation, beside: connection, port: place.port, until: end) {
      sent += UInt64($0)
      datagramsSent += 1
      operation.report.sent += UInt64($0)
      operation.report.datagramsSent += 1
    }
    noteTime()
    if datagramsSent == 0 {
      expect("taken a datagram")
      throw tooLate(within: request.time)
    }
    try endSending()
    let result = try await result()
    operation.report.confirmed = (operation.report.confirmed ?? 0) + result.bytes
    operation.report.datagramsReceived += result.datagrams.received
    operation.report.datagramsReordered += result.datagrams.reordered
    operation.report.datagramsDuplicate += result.datagrams.duplicates
    operation.report.jitter = max(operation.report.jitter, result.datagrams.jitter)
  }
}
