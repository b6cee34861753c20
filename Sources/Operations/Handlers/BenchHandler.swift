import SocketLoop
import Sockets
import Transfer

/// Serves `sock bench`: does what each connection orders, within limits.
@LoopActor
final class BenchHandler: Handler {
  private let reporter: EventReporter
  /// How the sockets for datagrams are set up.
  private let preparation: SocketPreparation

  /// How long a client may take to send its order, and how much longer than ordered the work may take.
  private static let patience: Duration = .seconds(10)

  init(_ options: ConnectionOptions, _ reporter: EventReporter) {
    self.reporter = reporter
    preparation = SocketPreparation(
      transport: .udp, options: options.socketOptions, reporter: .silent, packets: options.packets)
  }

  /// A failing client causes a warning only, and the server continues.
  func serve(_ stream: any ByteStream, _ peer: Peer) async -> ServiceOutcome {
    guard let socket = stream.socketStream else {
      _ = await stream.close(.abort, afterEnd: false)
      return .served
    }
    await answer(socket, peer)
    socket.socket.close()
    return .served
  }

  private func answer(_ stream: SocketStream, _ peer: Peer) async {
    let traffic = BenchTraffic(stream)
    let connection = stream.socket
    do throws(LoopError) {
      let bytes = try await order(traffic)
      // With `--work connects`, the client only connects.
      guard let bytes, !bytes.isEmpty else { return }
      guard let order = BenchOrder(bytes) else {
        return reporter.warn("\(peer) does not speak as sock bench does: closed")
      }
      let record = reporter.connection(
        .accepted, transport: connection.socket.transport, local: try? connection.socket.localAddress(), peer: peer)
      let end = MonotonicTime.after(.milliseconds(Int64(order.milliseconds)) + Self.patience)
      let counters = (sent: ByteCounter(), received: ByteCounter())
      record.carries(sent: counters.sent, received: counters.received)
      defer { record.closed() }
      try await perform(order, traffic, counters, until: end)
    } catch {
      if case .cancelled = error { return }
      reporter.warn("\(peer): \(error)")
    }
  }

  /// Receives an order; nil if the client resets the connection, as `--work connects` does.
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
    _ order: BenchOrder, _ traffic: BenchTraffic, _ counters: (sent: ByteCounter, received: ByteCounter),
    until end: MonotonicTime
  ) async throws(LoopError) {
    // For datagrams, the answer must contain a port, and is sent later.
    if order.work != .datagrams { try await traffic.connection.send(BenchAnswer().wireBytes, until: end) }
    switch order.work {
    case .upload:
      var answer = BenchAnswer()
      let start = MonotonicTime.now
      let before = ProcessorTime.now
      try await traffic.receive(until: end) { counters.received.add($0) }
      let after = ProcessorTime.now
      answer.bytes = counters.received.bytes
      answer.nanoseconds = MonotonicTime.now.nanoseconds - start.nanoseconds
      answer.processorMicroseconds = UInt64((after.user + after.system - before.user - before.system) * 1e6)
      try await traffic.connection.send(answer.wireBytes, until: end)
    case .download:
      try await send(order, traffic, counters.sent)
      try endSending(traffic)
    case .both:
      let failure = await withTaskGroup(of: LoopError?.self) { group in
        group.addTask(executorPreference: EventLoop.shared) {
          await self.half { () throws(LoopError) in try await self.send(order, traffic, counters.sent) }
        }
        group.addTask(executorPreference: EventLoop.shared) {
          await self.half { () throws(LoopError) in
            let ending = try await traffic.receive(until: end) { counters.received.add($0) }
            if ending == .timeIsOver { throw LoopError.timedOut }
          }
        }
        var failure: LoopError?
        for await ended in group { failure = failure ?? ended }
        return failure
      }
      if let failure { throw failure }
      // The end of the stream confirms to the client that everything has arrived.
      try endSending(traffic)
    case .latency:
      while true {
        let bytes = try await traffic.connection.receive(until: end)
        if bytes.isEmpty { break }
        counters.received.add(bytes.count)
        try await traffic.connection.send(bytes, until: end)
        counters.sent.add(bytes.count)
      }
    case .connects: break
    case .datagrams:
      let bytes = try await BenchDatagrams.receive(order, traffic, preparation, until: end)
      counters.received.add(Int(clamping: bytes))
    }
  }

  private func send(_ order: BenchOrder, _ traffic: BenchTraffic, _ counter: ByteCounter) async throws(LoopError) {
    try await traffic.send(
      until: .after(.milliseconds(Int64(order.milliseconds))),
      atMost: order.amount == 0 ? .max : Int(clamping: order.amount), pieces: 262_144
    ) { counter.add($0) }
  }

  private func endSending(_ traffic: BenchTraffic) throws(LoopError) {
    do throws(SystemError) { try traffic.connection.socket.shutdown(.sending) } catch { throw .system(error) }
  }

  /// Runs one of two simultaneous directions; returns its error, or nil.
  private func half(_ body: @LoopActor () async throws(LoopError) -> Void) async -> LoopError? {
    do throws(LoopError) {
      try await body()
      return nil
    } catch {
      return error
    }
  }
}
