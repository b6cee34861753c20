import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock recv --receive-fds`: what peers send over a Unix socket to our output, and a command with the descriptors that
  /// they pass.
  package static func receiveDescriptors(
    _ request: DescriptorReceiveRequest, events: any EventSink
  ) throws(OperationError) {
    try run(request.link, reportingTo: events) { (journal) throws(OperationError) in
      try await DescriptorReceiveOperation(request, journal).run()
    }
  }
}

@LoopActor
private final class DescriptorReceiveOperation {
  private let request: DescriptorReceiveRequest
  private let journal: Journal
  private let command: DescriptorCommand

  init(_ request: DescriptorReceiveRequest, _ journal: Journal) {
    self.request = request
    self.journal = journal
    let isOne = request.transport.isConnectionOriented ? request.count ?? 1 == 1 : request.count == 1
    command = DescriptorCommand(request.command, isRepeated: !isOne, journal)
  }

  func run() async throws(OperationError) {
    _ = try StandardStreams.shared.output()
    let taps = try TapSet(request.link, journal)
    let listeners = try await Listeners(
      request.endpoint,
      preparation: SocketPreparation(
        transport: request.endpoint.transport ?? request.transport, options: request.link.socketOptions,
        journal: journal, packets: request.link.packets),
      family: request.link.family, mode: request.mode, journal: journal)
    defer { listeners.close() }
    // An inherited socket says itself what it is.
    guard let first = listeners.sockets.first, first.socket.passesDescriptors else {
      throw OperationError(.usage, "descriptors are passed over Unix sockets: \(request.endpoint) is none")
    }
    if first.socket.traits.contains(.messages) {
      try await receiveDatagrams(first, taps)
    } else {
      let count = request.count ?? 1
      var failure: OperationError?
      for number in 0..<count {
        let (connection, peer) = try await listeners.nextPeer()
        // Whoever comes later is told so at once, rather than left waiting.
        if number == count - 1 { listeners.close() }
        guard let error = try await serve(connection, peer, taps) else { continue }
        if count > 1 { journal.error(error, peer: peer) }
        failure = error
      }
      if let failure { throw failure }
    }
    if let failure = command.failure { throw failure }
  }

  private func session(
    _ connection: AsyncSocket, _ tap: @escaping @LoopActor (SocketAddress) -> (any ByteTap)?
  ) throws(OperationError) -> DescriptorSession {
    DescriptorSession(
      connection, output: try StandardStreams.shared.output(), tap: tap,
      rate: request.link.receiveRate.map { RateLimit(bytesPerSecond: $0) }, idle: request.link.idleTimeout)
  }

  /// - Returns: the failure of this one peer; what fails for all is thrown.
  private func serve(
    _ connection: AsyncSocket, _ peer: SocketAddress, _ taps: TapSet
  ) async throws(OperationError) -> OperationError? {
    let record = journal.connection(
      .accepted, transport: connection.socket.transport, local: try? connection.socket.localAddress(), peer: peer,
      over: connection)
    let tap = taps.received(from: peer)
    let session = try session(connection) { _ in tap }
    record.carries(sent: Flow(), received: session.received, .receiveOnly)
    let ending = await session.run { [command] arrival in
      if arrival.length > arrival.bytes.count {
        record.warn("a message of \(arrival.length) bytes was cut to \(arrival.bytes.count)")
      }
      await command.run(arrival, from: peer)
    }
    if case .finished = ending { record.emit(.peerEOF) }
    record.closed()
    guard let error = OperationError.of(ending, peer: peer, idle: request.link.idleTimeout) else { return nil }
    switch ending {
    case .connectionFailed, .idle: return error
    case .finished, .inputFailed, .outputFailed, .cancelled: throw error
    }
  }

  private func receiveDatagrams(_ connection: AsyncSocket, _ taps: TapSet) async throws(OperationError) {
    let session = try session(connection) { taps.received(from: $0) }
    journal.sumUp(session.received)
    defer { journal.checksum(of: session.received, isSent: false) }
    let ending = await session.run(count: request.count ?? .max) { [command, journal] arrival in
      journal.receives(session.received)
      journal.emit(.received) {
        $0.transport = connection.socket.transport
        $0.peer = arrival.peer
        $0.received = UInt64(arrival.bytes.count)
        $0.tell(arrival.facts, port: nil)
      }
      if arrival.length > arrival.bytes.count {
        journal.warn("a datagram of \(arrival.length) bytes was cut to \(arrival.bytes.count)", about: arrival.peer)
      }
      let peer = arrival.peer
      await command.run(arrival, from: peer)
    }
    switch ending {
    case .finished: return
    case .connectionFailed(let error): throw OperationError(error, while: .transferring)
    case .idle:
      throw OperationError(.timedOut, "no datagram for \(request.link.idleTimeout.map(describe) ?? "too long")")
    case .outputFailed(let error), .inputFailed(let error): throw .output(error)
    case .cancelled: throw .cancelled
    }
  }
}
