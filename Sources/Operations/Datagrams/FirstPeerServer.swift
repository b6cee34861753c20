import SocketLoop
import Sockets
import Transfer

/// `sock listen -u` without `-k`: the sender of the first datagram is the only peer.
@LoopActor
struct FirstPeerServer {
  private let listeners: Listeners
  private let builder: SessionBuilder
  private let reporter: EventReporter

  init(_ listeners: Listeners, _ builder: SessionBuilder, _ reporter: EventReporter) {
    self.listeners = listeners
    self.builder = builder
    self.reporter = reporter
  }

  /// Waits for the first datagram, and exchanges datagrams with its sender.
  func run() async throws(OperationError) {
    let (socket, first) = try await firstDatagram()
    listeners.keepOnly(socket.connection)
    let record = reporter.connection(
      .accepted, transport: socket.connection.socket.transport,
      local: try? socket.connection.socket.localAddress(), peer: .address(first.peer))
    let isAnswerable = try canAnswer(first, over: socket, record)
    let session = try builder.datagrams(
      socket, with: first.peer, record: record, defaultWait: nil, isAnswerable: isAnswerable)
    var ending: DatagramSession.Ending
    if let early = await session.deliver(first) { ending = early } else { ending = await session.run() }
    record.closed()
    let idle = builder.options.idleTimeout
    if let error = OperationError.of(ending, peer: first.peer, idle: idle, report: session.report) { throw error }
  }

  /// Connects the socket to the sender of a datagram, or warns that nothing can be sent there: the datagram is written
  /// out all the same.
  private func canAnswer(
    _ first: DatagramSocket.Datagram, over socket: DatagramSocket, _ record: ConnectionRecord
  ) throws(OperationError) -> Bool {
    let isSendOnly = builder.options.direction == .sendOnly
    if first.peer.isUnnamed {
      if isSendOnly { throw OperationError(.connectionLost, StandardStreams.cannotAnswerUnnamed) }
      if builder.options.direction != .receiveOnly { builder.streams.warnOfUnnamed(record.warn) }
      return false
    }
    do throws(SystemError) {
      try connect(socket, to: first)
      return true
    } catch {
      // It has gone.
      let message = "cannot answer \(first.peer): \(error.number)"
      if isSendOnly { throw OperationError(.connectionLost, message, errorNumber: error.number) }
      record.warn(message)
      return false
    }
  }

  /// Connects the socket to the sender of a datagram, and answers from the address that the datagram was sent to.
  ///
  /// If a socket is bound to the wildcard address, connect(2) lets the kernel choose the local address, and the socket
  /// then receives only what is sent to that one. So it is connected only if the kernel would choose the address that
  /// the peer sent to. For a group, and on a host with several addresses, it may choose another.
  private func connect(_ socket: DatagramSocket, to first: DatagramSocket.Datagram) throws(SystemError) {
    guard let sentTo = PacketInfo(in: first.control) else { return try socket.setPeer(first.peer) }
    if sentTo.destination == sentTo.local, sentTo.local == socket.connection.socket.sourceAddress(for: first.peer) {
      return try socket.setPeer(first.peer)
    }
    socket.setPeer(first.peer, from: sentTo.forAnswer)
  }

  private func firstDatagram() async throws(OperationError) -> (DatagramSocket, DatagramSocket.Datagram) {
    let sockets = listeners.datagramSockets()
    for socket in sockets { socket.noteDestinations() }
    while true {
      let ready = try await readable(of: sockets)
      do throws(LoopError) {
        return (sockets[ready], try await sockets[ready].receive(until: .now))
      } catch {
        switch error {
        // What had come was from a peer that is not admitted.
        case .timedOut: continue
        case .system(let error): throw OperationError(error, while: .transferring)
        case .cancelled: throw .cancelled
        }
      }
    }
  }

  /// Waits for one of the sockets; returns its index.
  private func readable(of sockets: [DatagramSocket]) async throws(OperationError) -> Int {
    let ready = await withTaskGroup(of: Int?.self) { group in
      for (index, socket) in sockets.enumerated() {
        group.addTask(executorPreference: EventLoop.shared) { await waitFor(socket, index) }
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
    guard let ready else { throw .cancelled }
    return ready
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
