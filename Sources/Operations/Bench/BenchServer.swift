import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock listen --bench`: serves those who run `sock bench`, many at once, until a signal or the deadline ends it.
  package static func serveBench(_ request: BenchServerRequest, events: any EventSink) throws(OperationError) {
    try run(request.link, reportingTo: events) { (journal) throws(OperationError) in
      try await BenchServer(request, journal).run()
    }
  }
}

/// The other end of `sock bench`: does what each connection asks for, within limits.
@LoopActor
private final class BenchServer {
  private let request: BenchServerRequest
  private let journal: Journal
  private var connections = 0

  /// Who has not said by then what is wanted, is closed.
  private static let patience: Duration = .seconds(10)
  /// More connections than this wait to be accepted.
  private static let mostConnections = 1024

  init(_ request: BenchServerRequest, _ journal: Journal) {
    self.request = request
    self.journal = journal
  }

  func run() async throws(OperationError) {
    let transport = request.endpoint.transport ?? request.transport
    let listeners = try await Listeners(
      request.endpoint,
      preparation: SocketPreparation(
        transport: transport, options: request.link.socketOptions, journal: journal, packets: request.link.packets),
      family: request.link.family, mode: request.mode, journal: journal)
    defer { listeners.close() }
    guard listeners.sockets.first?.socket.type == .stream else {
      throw OperationError(.usage, "--bench listens for streams: for datagrams it opens a port of its own when asked")
    }
    let error = await withTaskGroup(of: OperationError?.self) { group in
      defer { group.cancelAll() }
      for socket in listeners.sockets {
        group.addTask(executorPreference: EventLoop.shared) { await self.accept(socket) }
      }
      while let ended = await group.next() {
        if let ended { return ended }
      }
      return OperationError.cancelled
    }
    throw error
  }

  private func accept(_ listener: AsyncSocket) async -> OperationError? {
    await withDiscardingTaskGroup { group in
      defer { group.cancelAll() }
      while true {
        do throws(LoopError) {
          let (connection, peer) = try await listener.accept()
          connections += 1
          group.addTask(executorPreference: EventLoop.shared) { await self.serve(connection, peer) }
          while connections >= Self.mostConnections {
            do { try await EventLoop.sleep(until: .after(.milliseconds(20))) } catch { return nil }
          }
        } catch {
          guard case .system(let error) = error else { return nil }
          let failure = OperationError(error, while: .opening)
          guard failure.cause == .system else { return failure }
          // Out of descriptors: those that are open end some time.
          journal.warn(failure.message)
          do { try await EventLoop.sleep(until: .after(.milliseconds(100))) } catch { return nil }
        }
      }
    }
  }

  private func serve(_ connection: AsyncSocket, _ peer: SocketAddress) async {
    defer {
      connection.close()
      connections -= 1
    }
    let traffic = BenchTraffic(connection)
    do throws(LoopError) {
      let bytes = try await order(traffic)
      // A connection that only wanted to be made.
      guard let bytes, !bytes.isEmpty else { return }
      guard let order = BenchOrder(bytes) else {
        return journal.warn("\(peer) does not speak as sock bench does: closed")
      }
      let record = journal.connection(
        .accepted, transport: connection.socket.transport, local: try? connection.socket.localAddress(), peer: peer)
      let end = MonotonicTime.after(.milliseconds(Int64(order.milliseconds)) + Self.patience)
      let flows = (sent: Flow(), received: Flow())
      record.carries(sent: flows.sent, received: flows.received)
      defer { record.closed() }
      try await perform(order, traffic, flows, until: end)
    } catch {
      if case .cancelled = error { return }
      journal.warn("\(peer): \(error)")
    }
  }

  /// The first bytes of a client; nil where it resets the connection, as those do that only time how long it takes to make.
  private func order(_ traffic: BenchTraffic) async throws(LoopError) -> [UInt8]? {
    do throws(LoopError) {
      return try await traffic.receiveAll(BenchOrder.length, until: .after(Self.patience))
    } catch .system(let error) where error.number == .connectionReset {
      return nil
    } catch {
      throw error
    }
  }

  private func perform(
    _ order: BenchOrder, _ traffic: BenchTraffic, _ flows: (sent: Flow, received: Flow), until end: MonotonicTime
  ) async throws(LoopError) {
    // For datagrams the answer has a port in it.
    if order.work != .datagrams { try await traffic.connection.send(BenchAnswer().wireBytes, until: end) }
    switch order.work {
    case .upload:
      var answer = BenchAnswer()
      let start = MonotonicTime.now
      let before = ProcessorTime.now
      try await traffic.receive(until: end) { flows.received.moved($0) }
      let after = ProcessorTime.now
      answer.bytes = flows.received.bytes
      answer.nanoseconds = MonotonicTime.now.nanoseconds - start.nanoseconds
      answer.processorMicroseconds = UInt64((after.user + after.system - before.user - before.system) * 1e6)
      try await traffic.connection.send(answer.wireBytes, until: end)
    case .download:
      try await send(order, traffic, flows.sent)
      try endSending(traffic)
    case .both:
      let failure = await withTaskGroup(of: LoopError?.self) { group in
        group.addTask(executorPreference: EventLoop.shared) {
          await self.half { () throws(LoopError) in try await self.send(order, traffic, flows.sent) }
        }
        group.addTask(executorPreference: EventLoop.shared) {
          await self.half { () throws(LoopError) in
            let ending = try await traffic.receive(until: end) { flows.received.moved($0) }
            if ending == .timeIsOver { throw LoopError.timedOut }
          }
        }
        var failure: LoopError?
        for await ended in group { failure = failure ?? ended }
        return failure
      }
      if let failure { throw failure }
      // Now that all has come: the client takes it for that.
      try endSending(traffic)
    case .latency:
      while true {
        let bytes = try await traffic.connection.receive(until: end)
        if bytes.isEmpty { break }
        flows.received.moved(bytes.count)
        try await traffic.connection.send(bytes, until: end)
        flows.sent.moved(bytes.count)
      }
    case .connects: break
    case .datagrams:
      flows.received.moved(Int(clamping: try await BenchDatagrams.receive(order, traffic, until: end)))
    }
  }

  private func send(_ order: BenchOrder, _ traffic: BenchTraffic, _ flow: Flow) async throws(LoopError) {
    try await traffic.send(
      until: .after(.milliseconds(Int64(order.milliseconds))),
      atMost: order.amount == 0 ? .max : Int(clamping: order.amount), pieces: 262_144
    ) { flow.moved($0) }
  }

  private func endSending(_ traffic: BenchTraffic) throws(LoopError) {
    do throws(SystemError) { try traffic.connection.socket.shutdown(.sending) } catch { throw .system(error) }
  }

  /// One of two ways that go on at the same time.
  private func half(_ body: @LoopActor () async throws(LoopError) -> Void) async -> LoopError? {
    do throws(LoopError) {
      try await body()
      return nil
    } catch {
      return error
    }
  }
}
