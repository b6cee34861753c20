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

  init(_ request: ListenRequest, _ journal: Journal) {
    self.request = request
    self.journal = journal
  }

  func run() async throws(OperationError) {
    // Without anywhere to write the answers to, nothing is asked.
    if request.link.direction != .sendOnly { _ = try StandardStreams.output() }
    StandardStreams.warnOfSkip(request.link, journal)
    let taps = try TapSet(request.link, journal)
    let resumption = request.link.resumes ? try await Resumption(request.link, journal) : nil
    let console = try request.link.console?()
    defer { console?.close() }
    let listeners = try await Listeners(
      request.endpoint, transport: request.transport, options: request.link, mode: request.mode, journal: journal)
    defer { listeners.close() }
    let builder = SessionBuilder(link: request.link, taps: taps, console: console)
    // An inherited socket says itself what it is.
    let carriesMessages = listeners.sockets.first?.socket.traits.contains(.messages) == true
    guard console == nil || !carriesMessages else { throw .linesAreForStreams }
    guard resumption == nil || !carriesMessages else { throw .resumesStreamsOnly }
    switch (carriesMessages, request.keepOpen) {
    case (false, false):
      let count = request.count ?? 1
      let handler = RelayHandler(request, builder, resumption, journal)
      try check(try await Acceptor(listeners, .inTurn(count), journal).run(handler), of: count)
    case (false, true):
      try await BroadcastHandler(request, taps, journal).run(Acceptor(listeners, .many(), journal))
    case (true, false): try await serveFirstPeer(listeners, builder)
    case (true, true): try await DatagramServer(request, listeners, taps, journal).run()
    }
  }

  /// Throws the failure of the only connection; of several, each was reported as it happened, and this says how many failed.
  private func check(_ tally: ServiceTally, of count: Int) throws(OperationError) {
    guard var failure = tally.lastFailure else { return }
    if count > 1 { failure.message = "\(tally.failures) of \(count) connections failed" }
    throw failure
  }

  /// Datagrams without `-k`: whoever sends first is the peer, and the only one.
  private func serveFirstPeer(_ listeners: Listeners, _ builder: SessionBuilder) async throws(OperationError) {
    let (socket, first) = try await firstDatagram(listeners)
    listeners.keepOnly(socket.connection)
    let record = journal.connection(
      .accepted, transport: socket.connection.socket.transport,
      local: try? socket.connection.socket.localAddress(), peer: .address(first.peer))
    // A Unix sender without a name cannot be connected to, nor answered.
    if !first.peer.isUnnamed {
      do throws(SystemError) {
        try aim(socket, at: first)
      } catch {
        // A Unix sender that has gone already: what it sent still counts, and there is nobody to answer.
        record.warn("cannot answer \(first.peer): \(error.number)")
      }
    }
    let session = try builder.datagrams(socket, with: first.peer, record: record, defaultWait: nil)
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
}
