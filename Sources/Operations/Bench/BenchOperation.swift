import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock bench`: measures what a server and the way to it can do.
  ///
  /// INT ends it as the time does: with what was found so far.
  ///
  /// - Parameter progress: is told now and then what was found so far.
  public static func bench(
    _ request: BenchRequest, events: any EventSink, progress: @escaping @Sendable (BenchReport) -> Void,
    finished: @escaping @Sendable (BenchReport) throws(OperationError) -> Void
  ) throws(OperationError) {
    try run(request.link, reportingTo: events) { (journal) throws(OperationError) in
      try finished(try await BenchOperation(request, journal, progress).run())
    }
  }
}

/// The client's side of a run: all of its streams, from the first connection to the last answer.
@LoopActor
private final class BenchOperation {
  private let request: BenchRequest
  private let journal: Journal
  private let connector: PeerConnector
  private let progress: @Sendable (BenchReport) -> Void
  private var report = BenchReport()
  private var start = MonotonicTime.now
  private var end = MonotonicTime.never

  /// How long after the end the server's answer may take.
  private static let patience: Duration = .seconds(10)

  init(_ request: BenchRequest, _ journal: Journal, _ progress: @escaping @Sendable (BenchReport) -> Void) {
    self.request = request
    self.journal = journal
    self.progress = progress
    connector = PeerConnector(
      endpoint: request.endpoint, transport: request.endpoint.transport ?? request.transport, link: request.link,
      journal: journal)
  }

  func run() async throws(OperationError) -> BenchReport {
    var connections: [(AsyncSocket, SocketAddress)] = []
    defer { for (connection, _) in connections { connection.close() } }
    for _ in 0..<request.streams {
      let made = try await connector.connect()
      guard made.0.socket.type == .stream else {
        throw OperationError(.usage, "bench connects streams: measure datagrams with --work datagrams")
      }
      connections.append(made)
    }
    let before = ProcessorTime.now
    start = .now
    end = .after(request.time)
    let failure = await withTaskGroup(of: OperationError?.self) { group in
      for (connection, peer) in connections {
        group.addTask(executorPreference: EventLoop.shared) { await self.stream(connection, peer) }
      }
      let teller = Task(executorPreference: EventLoop.shared) { await self.tell() }
      defer { teller.cancel() }
      var failure: OperationError?
      for await ended in group where failure == nil {
        failure = ended
        if failure != nil { group.cancelAll() }
      }
      return failure
    }
    if let failure { throw failure }
    let after = ProcessorTime.now
    if report.seconds == 0 { report.seconds = secondsSinceStart }
    report.streams = request.streams
    report.userSeconds = after.user - before.user
    report.systemSeconds = after.system - before.system
    return report
  }

  private var secondsSinceStart: Double { Double(MonotonicTime.now.nanoseconds - start.nanoseconds) / 1e9 }

  private func tell() async {
    while !Task.isCancelled {
      do { try await EventLoop.sleep(until: .after(.milliseconds(500))) } catch { return }
      var sofar = report
      sofar.seconds = secondsSinceStart
      progress(sofar)
    }
  }

  private func stream(_ connection: AsyncSocket, _ peer: SocketAddress) async -> OperationError? {
    do throws(LoopError) {
      switch request.work {
      case .upload: return try await upload(connection, peer)
      case .download: return try await download(connection, peer)
      case .both: return try await both(connection, peer)
      case .latency: return try await exchange(connection, peer)
      case .connects: return await connects(peer)
      case .datagrams: return try await datagrams(connection, peer)
      }
    } catch {
      switch error {
      case .timedOut:
        return OperationError(.timedOut, "\(peer) has not answered \(describe(Self.patience)) after the end")
      case .cancelled: return .cancelled
      case .system(let error):
        return OperationError(
          .connectionLost, "connection with \(peer) lost: \(error.number)", errorNumber: error.number)
      }
    }
  }

  // MARK: - Streams

  private func order(_ connection: AsyncSocket) async throws(LoopError) {
    guard request.server == .bench else { return }
    let (seconds, attoseconds) = request.time.components
    let order = BenchOrder(
      work: request.work, milliseconds: UInt32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000),
      amount: UInt64(request.amount ?? 0), size: UInt32(clamping: request.messageSize))
    try await connection.send(order.bytes, until: end)
  }

  private func upload(_ connection: AsyncSocket, _ peer: SocketAddress) async throws(LoopError) -> OperationError? {
    let traffic = BenchTraffic(connection)
    try await order(connection)
    try await traffic.send(
      until: end, atMost: request.amount ?? .max, pieces: min(request.messageSize, BenchTraffic.longestWrite)
    ) { report.sent += UInt64($0) }
    try endSending(connection)
    let information = connection.socket.tcpInformation()
    if request.server == .bench {
      let bytes = try await traffic.receiveAll(BenchAnswer.length, until: .after(Self.patience))
      guard let answer = BenchAnswer(bytes) else { return foreign(peer) }
      report.confirmed = (report.confirmed ?? 0) + answer.bytes
      // All streams are served by one process.
      report.serverSeconds = max(report.serverSeconds ?? 0, Double(answer.processorMicroseconds) / 1e6)
      // Until the last byte has arrived, not only until it was taken from us.
      report.seconds = max(report.seconds, Double(answer.nanoseconds) / 1e9)
    } else {
      // The end of the connection says that all has arrived.
      try await traffic.receive(until: .after(Self.patience)) { _ in }
      report.seconds = max(report.seconds, secondsSinceStart)
    }
    if let information { report.information.append(information) }
    return nil
  }

  private func download(_ connection: AsyncSocket, _ peer: SocketAddress) async throws(LoopError) -> OperationError? {
    let traffic = BenchTraffic(connection)
    try await order(connection)
    let limit = request.server == .bench ? end.advanced(by: Self.patience) : end
    let hasEnded = try await traffic.receive(until: limit, atMost: request.amount ?? .max) {
      report.received += UInt64($0)
    }
    report.seconds = max(report.seconds, secondsSinceStart)
    if let information = connection.socket.tcpInformation() { report.information.append(information) }
    // Who does not know the order keeps silent, or says something short and goes.
    if request.server == .bench, !hasEnded && request.amount == nil || report.received == 0 { return foreign(peer) }
    return nil
  }

  private func both(_ connection: AsyncSocket, _ peer: SocketAddress) async throws(LoopError) -> OperationError? {
    try await order(connection)
    return await withTaskGroup(of: OperationError?.self) { group in
      group.addTask(executorPreference: EventLoop.shared) { await self.half(connection, peer, isSending: true) }
      group.addTask(executorPreference: EventLoop.shared) { await self.half(connection, peer, isSending: false) }
      var failure: OperationError?
      for await ended in group { failure = failure ?? ended }
      if let information = connection.socket.tcpInformation() { report.information.append(information) }
      return failure
    }
  }

  private func half(_ connection: AsyncSocket, _ peer: SocketAddress, isSending: Bool) async -> OperationError? {
    let traffic = BenchTraffic(connection)
    do throws(LoopError) {
      if isSending {
        try await traffic.send(
          until: end, atMost: request.amount ?? .max, pieces: min(request.messageSize, BenchTraffic.longestWrite)
        ) { report.sent += UInt64($0) }
        try endSending(connection)
      } else {
        try await traffic.receive(until: end.advanced(by: Self.patience)) { report.received += UInt64($0) }
        report.seconds = max(report.seconds, secondsSinceStart)
      }
      return nil
    } catch {
      if case .system(let error) = error {
        return OperationError(
          .connectionLost, "connection with \(peer) lost: \(error.number)", errorNumber: error.number)
      }
      return .cancelled
    }
  }

  private func endSending(_ connection: AsyncSocket) throws(LoopError) {
    do throws(SystemError) { try connection.socket.shutdown(.sending) } catch { throw .system(error) }
  }

  private func foreign(_ peer: SocketAddress) -> OperationError {
    OperationError(
      .peerProtocol,
      "\(peer) does not answer as 'sock listen --bench' does: start that there, or say what it is: "
        + "--against echo, discard or chargen")
  }

  // MARK: - Rounds and connections

  private func exchange(_ connection: AsyncSocket, _ peer: SocketAddress) async throws(LoopError) -> OperationError? {
    let traffic = BenchTraffic(connection)
    let message = [UInt8](repeating: 0x78, count: request.messageSize)
    try await order(connection)
    var rounds = 0
    while MonotonicTime.now < end, rounds < request.amount ?? .max {
      let sent = MonotonicTime.now
      try await connection.send(message, until: end.advanced(by: Self.patience))
      let answer = try await traffic.receiveAll(message.count, until: end.advanced(by: Self.patience))
      guard answer == message else { return foreign(peer) }
      report.times.record(Int(clamping: MonotonicTime.now.nanoseconds - sent.nanoseconds))
      report.sent += UInt64(message.count)
      report.received += UInt64(message.count)
      rounds += 1
    }
    report.seconds = max(report.seconds, secondsSinceStart)
    if let information = connection.socket.tcpInformation() { report.information.append(information) }
    return nil
  }

  /// Each is reset once it is made: closed in order, tens of thousands a second would leave no port free (TIME_WAIT).
  private func connects(_ peer: SocketAddress) async -> OperationError? {
    let transport = request.endpoint.transport ?? request.transport
    var made = 0
    while MonotonicTime.now < end, made < request.amount ?? .max, !Task.isCancelled {
      let start = MonotonicTime.now
      do throws(LoopError) {
        let connection = try await AsyncSocket.connect(
          transport, to: peer, until: .after(request.link.connectTimeout))
        report.times.record(Int(clamping: MonotonicTime.now.nanoseconds - start.nanoseconds))
        try? connection.socket.set(.linger, to: Duration.zero)
        connection.close()
      } catch {
        if case .cancelled = error { return .cancelled }
        return OperationError(.unreachable, "connection \(made + 1) to \(peer): \(error)")
      }
      made += 1
    }
    report.seconds = max(report.seconds, secondsSinceStart)
    return nil
  }

  // MARK: - Datagrams

  private func datagrams(_ connection: AsyncSocket, _ peer: SocketAddress) async throws(LoopError) -> OperationError? {
    let traffic = BenchTraffic(connection)
    try await order(connection)
    let bytes = try await traffic.receiveAll(BenchAnswer.length, until: .after(Self.patience))
    guard let place = BenchAnswer(bytes), place.port > 0 else { return foreign(peer) }
    try await BenchDatagrams.send(request, beside: connection, port: place.port, until: end) {
      report.sent += UInt64($0)
      report.datagramsSent += 1
    }
    report.seconds = max(report.seconds, secondsSinceStart)
    try endSending(connection)
    let last = try await traffic.receiveAll(BenchAnswer.length, until: .after(Self.patience))
    guard let answer = BenchAnswer(last) else { return foreign(peer) }
    report.confirmed = (report.confirmed ?? 0) + answer.bytes
    report.datagramsReceived += answer.datagrams.received
    report.datagramsReordered += answer.datagrams.reordered
    report.datagramsDuplicate += answer.datagrams.duplicates
    report.jitter = max(report.jitter, answer.datagrams.jitter)
    return nil
  }
}
