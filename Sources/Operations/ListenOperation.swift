import Glibc
import SocketLoop
import Sockets
import Transfer

extension Operations {
  /// `sock listen` and `sock recv`: waits for a peer (or with `-k` for many), and carries data both ways.
  package static func listen(_ request: ListenRequest, events: any EventSink) throws(OperationError) {
    try run(request.link, reportingTo: events) { (journal) throws(OperationError) in
      try await ListenOperation(request, journal).run()
    }
  }
}

@LoopActor
private struct ListenOperation {
  let request: ListenRequest
  let journal: Journal
  let transport: Transport

  init(_ request: ListenRequest, _ journal: Journal) {
    self.request = request
    self.journal = journal
    transport = request.endpoint.transport ?? request.transport
  }

  func run() async throws(OperationError) {
    // Without anywhere to write the answers to, nothing is asked.
    if request.link.direction != .sendOnly { _ = try StandardStreams.shared.output() }
    StandardStreams.warnOfSkip(request.link, journal)
    let taps = try TapSet(request.link, journal)
    let resumption = request.link.resumes ? try await Resumption(request.link, journal) : nil
    let console = try request.link.console?()
    defer { console?.close() }
    if request.keepOpen { Self.raiseDescriptorLimit() }
    let listeners = try await Listeners(
      request.endpoint,
      preparation: SocketPreparation(
        transport: transport, options: request.link.socketOptions, journal: journal, packets: request.link.packets,
        settings: request.link.protocolSettings),
      family: request.link.family, mode: request.mode, journal: journal)
    defer { listeners.close() }
    let builder = SessionBuilder(link: request.link, taps: taps, console: console)
    // An inherited socket says itself what it is.
    let carriesMessages = listeners.sockets.first?.socket.traits.contains(.messages) == true
    guard console == nil || !carriesMessages else { throw .linesAreForStreams }
    guard resumption == nil || !carriesMessages else { throw .resumesStreamsOnly }
    switch (carriesMessages, request.keepOpen) {
    case (false, false): try await serveInTurn(listeners, builder, resumption)
    case (false, true): try await StreamServer(request, listeners, taps, journal).run()
    case (true, false): try await serveFirstPeer(listeners, builder)
    case (true, true): try await DatagramServer(request, listeners, taps, journal).run()
    }
  }

  /// One connection, or `--count` of them one after the other.
  private func serveInTurn(
    _ listeners: Listeners, _ builder: SessionBuilder, _ resumption: Resumption?
  ) async throws(OperationError) {
    let count = request.count ?? 1
    var failures: [OperationError] = []
    for number in 0..<count {
      let (connection, peer) = try await listeners.nextPeer()
      // Whoever comes later is told so at once, rather than left waiting.
      if number == count - 1 { listeners.close() }
      guard let failure = try await serve(connection, peer, builder, resumption) else { continue }
      failures.append(failure)
    }
    // Each was reported as it happened; with several, a last word says that not all went well.
    guard var failure = failures.last else { return }
    if count > 1 { failure.message = "\(failures.count) of \(count) connections failed" }
    throw failure
  }

  /// - Returns: the failure of this one peer, after which the next may come; what fails for all is thrown.
  private func serve(
    _ connection: AsyncSocket, _ peer: SocketAddress, _ builder: SessionBuilder, _ resumption: Resumption?
  ) async throws(OperationError) -> OperationError? {
    let record = journal.connection(
      .accepted, transport: connection.socket.transport, local: try? connection.socket.localAddress(), peer: peer,
      over: connection)
    do throws(OperationError) {
      try request.link.checkStream(of: connection, peer: peer)
    } catch {
      record.closed()
      if request.count ?? 1 > 1 { record.fail(error) }
      return error
    }
    let resumed = try await record.agree(on: resumption, over: connection)
    let session = try builder.stream(connection, record: record, resumed: resumed)
    let ending = await session.run()
    record.closed()
    try resumed?.checkExcess(session)
    guard let error = OperationError.of(ending, peer: peer, idle: request.link.idleTimeout) else {
      try resumed?.check(session)
      return nil
    }
    switch ending {
    case .connectionFailed, .idle:
      if request.count ?? 1 > 1 { record.fail(error) }
      return error
    case .finished, .inputFailed, .outputFailed, .cancelled: throw error
    }
  }

  /// Datagrams without `-k`: whoever sends first is the peer, and the only one.
  private func serveFirstPeer(_ listeners: Listeners, _ builder: SessionBuilder) async throws(OperationError) {
    let (socket, first) = try await firstDatagram(listeners)
    listeners.keepOnly(socket.connection)
    let record = journal.connection(
      .accepted, transport: socket.connection.socket.transport,
      local: try? socket.connection.socket.localAddress(), peer: first.peer)
    // A Unix sender without a name cannot be connected to, nor answered.
    if !first.peer.isUnnamed {
      do throws(SystemError) {
        try aim(socket, at: first)
      } catch {
        // A Unix sender that has gone already: what it sent still counts, and there is nobody to answer.
        record.warn("cannot answer \(first.peer): \(error.number)")
      }
    }
    let session = try builder.datagrams(socket, record: record, defaultWait: nil)
    var ending: DatagramSession.Ending
    if let early = await session.deliver(first) { ending = early } else { ending = await session.run() }
    record.closed()
    if let error = OperationError.of(
      ending, peer: first.peer, idle: request.link.idleTimeout, report: session.report)
    {
      throw error
    }
  }

  /// Has the socket be the peer's.
  ///
  /// Connected where that leaves it the address that the peer asked: the kernel gives a socket of all addresses the one that
  /// it would send from itself, and from then on delivers what is sent to this one only. That of a group is no such
  /// address, and on a host with several it may be another one.
  private func aim(_ socket: DatagramSocket, at first: DatagramSocket.Datagram) throws(SystemError) {
    guard let asked = PacketInfo(in: first.control) else { return try socket.aim(at: first.peer) }
    if asked.destination == asked.local, asked.local == socket.connection.socket.usualSource(towards: first.peer) {
      return try socket.aim(at: first.peer)
    }
    socket.aim(at: first.peer, from: asked.forAnswer)
  }

  private func firstDatagram(
    _ listeners: Listeners
  ) async throws(OperationError) -> (DatagramSocket, DatagramSocket.Datagram) {
    let sockets = listeners.datagramSockets()
    for socket in sockets { socket.noteDestinations() }
    let ready = await withTaskGroup(of: Int?.self) { group in
      for (index, socket) in sockets.enumerated() {
        group.addTask(executorPreference: EventLoop.shared) { await waitFor(socket, index) }
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
    guard let ready else { throw .cancelled }
    do throws(LoopError) {
      return (sockets[ready], try await sockets[ready].receive())
    } catch {
      if case .system(let error) = error { throw OperationError(error, while: .transferring) }
      throw .cancelled
    }
  }

  private func waitFor(_ socket: DatagramSocket, _ index: Int) async -> Int? {
    do {
      while try !socket.isReadable() { try await socket.connection.watch.readable() }
      return index
    } catch {
      return nil
    }
  }

  /// A server may need a descriptor for each of thousands of peers: the soft limit is what programs with select(2) need.
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max else {
      return
    }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
