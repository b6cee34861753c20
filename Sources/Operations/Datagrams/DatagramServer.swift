import SocketLoop
import Sockets
import Transfer

/// `sock listen -u -k`: writes the datagrams of every peer to standard output, and sends standard input to all known
/// peers.
///
/// A peer becomes known with its first datagram, and is forgotten after `--peer-timeout` of silence, since nothing else
/// shows that it has gone.
@LoopActor
final class DatagramServer {
  @LoopActor
  private final class Client {
    let record: ConnectionRecord
    let socket: DatagramSocket
    let sent = ByteCounter()
    let received = ByteCounter(keepsTime: true)
    /// The local address to answer from: the one that the latest datagram was sent to.
    var source: PacketInfo?

    init(_ record: ConnectionRecord, _ socket: DatagramSocket, _ direction: Direction) {
      self.record = record
      self.socket = socket
      record.carries(sent: sent, received: received, direction)
    }
  }

  private let request: ListenRequest
  private let sockets: [DatagramSocket]
  private let reporter: EventReporter
  private let streams: StandardStreams
  private let taps: TapSet
  /// How long a peer may be kept beyond its timeout while datagrams wait to be received.
  private static let grace: Duration = .milliseconds(100)
  private var peers: [SocketAddress: Client] = [:]
  /// All unnamed Unix senders, which can be neither answered nor told apart. While there are no others, input is left
  /// unread.
  private var unnamed: Client?
  private let newPeer = Suspension()
  /// Counts what comes from any peer.
  private let received = ByteCounter()
  private let rate: RateLimit?
  private let receiveRate: RateLimit?

  init(
    _ request: ListenRequest, _ listeners: Listeners, _ streams: StandardStreams, _ taps: TapSet,
    _ reporter: EventReporter
  ) {
    self.streams = streams
    self.request = request
    rate = request.options.sendRate.map { RateLimit(bytesPerSecond: $0) }
    receiveRate = request.options.receiveRate.map { RateLimit(bytesPerSecond: $0) }
    self.taps = taps
    self.reporter = reporter
    sockets = listeners.datagramSockets()
    if request.options.direction != .receiveOnly { for socket in sockets { socket.noteDestinations() } }
  }

  private enum Event: Sendable {
    case failed(OperationError)
    case inputEnded
    case nothing
  }

  func run() async throws(OperationError) {
    let output = request.options.direction == .sendOnly ? nil : try streams.output()
    let reader =
      request.options.direction == .receiveOnly
      ? nil
      : SessionBuilder(options: request.options, streams: streams, taps: taps).reader(
        try streams.input(request.options))
    let result = await withTaskGroup(of: Event.self) { group -> Result<Void, OperationError> in
      defer { group.cancelAll() }
      for socket in sockets {
        group.addTask(executorPreference: EventLoop.shared) { await self.receive(socket, output) }
      }
      if let reader { group.addTask(executorPreference: EventLoop.shared) { await self.send(reader) } }
      group.addTask(executorPreference: EventLoop.shared) { await self.forget(output) }
      while let event = await group.next() {
        switch event {
        case .failed(let error): return .failure(error)
        case .inputEnded:
          // Without -q the server continues, since peers may still send.
          guard let wait = request.options.wait else { continue }
          group.addTask(executorPreference: EventLoop.shared) { await self.end(after: wait, output) }
        case .nothing: return .success(())
        }
      }
      return .failure(.cancelled)
    }
    for peer in [Client](peers.values) + (unnamed.map { [$0] } ?? []) { peer.record.closed() }
    try result.get()
  }

  private func receive(_ socket: DatagramSocket, _ output: DescriptorStream?) async -> Event {
    while true {
      do throws(LoopError) {
        let datagram = try await socket.receive()
        try await receiveRate?.wait(toReceive: datagram.bytes.count)
        let peer = known(datagram.peer, socket)
        peer.received.add(datagram.bytes)
        received.add(datagram.bytes.count)
        peer.source = datagram.answerSource
        await taps.received(from: .address(datagram.peer))?.saw(datagram.bytes)
        peer.record.datagram(datagram)
        try await write(datagram, to: output)
      } catch {
        switch error {
        case .system(let error) where error.call.hasPrefix("recv"):
          // An ICMP error about an earlier datagram: that peer has gone, but the others have not.
          if error.number != .connectionRefused { return .failed(OperationError(error, while: .transferring)) }
        case .system(let error): return .failed(.output(error))
        case .timedOut, .cancelled: return .failed(.cancelled)
        }
      }
    }
  }

  private func write(_ datagram: DatagramSocket.Datagram, to output: DescriptorStream?) async throws(LoopError) {
    guard request.marksPeers, let output else {
      try await output?.writeInTurn(datagram.bytes)
      return
    }
    let prefix = "\(datagram.peer): "
    // An empty datagram is an empty line.
    var marked = datagram.bytes.isEmpty ? Array(prefix.utf8) : LinePrefix(prefix).apply(to: datagram.bytes)
    if marked.last != 0x0a { marked.append(0x0a) }
    try await output.writeInTurn(marked)
  }

  private func known(_ address: SocketAddress, _ socket: DatagramSocket) -> Client {
    if let peer = address.isUnnamed ? unnamed : peers[address] { return peer }
    let peer = Client(
      reporter.connection(
        .accepted, transport: socket.connection.socket.transport,
        local: try? socket.connection.socket.localAddress(), peer: .address(address)), socket, request.options.direction
    )
    if address.isUnnamed {
      unnamed = peer
      if request.options.direction != .receiveOnly { streams.warnOfUnnamed(peer.record.warn) }
    } else {
      peers[address] = peer
      newPeer.resume()
    }
    return peer
  }

  private func send(_ reader: MessageReader) async -> Event {
    while true {
      // Input is read only while there are peers. A read in progress when the last one is forgotten goes to the next
      // one.
      guard await waitForPeers() else { return .failed(.cancelled) }
      switch await reader.nextRun() {
      case .bytes(let run):
        guard await waitForPeers() else { return .failed(.cancelled) }
        if let tap = taps.sent(to: nil) { for index in 0..<run.count { await tap.saw(run[index]) } }
        if let rate {
          do throws(WaitError) { try await rate.wait(toSend: run.bytes.count) } catch { return .failed(.cancelled) }
        }
        for (address, peer) in peers { await send(run, to: address, peer) }
      case .end: return .inputEnded
      case .failed(let error): return .failed(.input(error))
      case .cancelled: return .failed(.cancelled)
      }
    }
  }

  private func waitForPeers() async -> Bool {
    while peers.isEmpty {
      do { try await newPeer.suspend() } catch { return false }
    }
    return true
  }

  private func send(_ run: DatagramRun, to address: SocketAddress, _ peer: Client) async {
    var rest = run
    do throws(LoopError) {
      // A peer that does not receive must not delay the others for longer.
      try await peer.socket.send(run, to: address, from: peer.source, until: .after(.seconds(1))) { count in
        peer.sent.add(UnsafeRawBufferPointer(rebasing: rest.bytes.prefix(count)))
        rest = rest.dropping(count)
      }
    } catch {
      if case .cancelled = error { return }
      peer.record.warn("datagram to \(address) not sent: \(error)")
      if case .system(let error) = error, error.number == .messageTooLong { return }
      drop(address)
    }
  }

  private func drop(_ address: SocketAddress) {
    guard let peer = peers.removeValue(forKey: address) else { return }
    peer.record.closed()
  }

  private func forget(_ output: DescriptorStream?) async -> Event {
    // `--idle` applies to each connection, which here means to each peer.
    let silence = min(request.peerTimeout, request.options.idleTimeout ?? request.peerTimeout)
    while true {
      let limit = (peers.values.map(\.received.latest).min() ?? .now).advanced(by: silence)
      do {
        try await EventLoop.sleep(until: limit)
        // It was not silent if the output is full, or if datagrams are still queued after this process was stopped.
        while isHeldUp(output) {
          try await EventLoop.sleep(until: .after(Self.grace))
        }
        if sockets.contains(where: { (try? $0.isReadable()) == true }) {
          try await EventLoop.sleep(until: .after(Self.grace))
        }
      } catch {
        return .nothing
      }
      for (address, peer) in peers where peer.received.latest.advanced(by: silence) <= limit { drop(address) }
    }
  }

  /// Whether it is we who take nothing, which is not the peers' silence.
  private func isHeldUp(_ output: DescriptorStream?) -> Bool {
    output?.isOutOfRoom == true || receiveRate?.isHoldingBack == true
  }

  private func end(after wait: Duration, _ output: DescriptorStream?) async -> Event {
    _ = await received.silence(lasting: wait, unless: { isHeldUp(output) })
    return .nothing
  }
}
