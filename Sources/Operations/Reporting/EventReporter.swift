import SocketLoop
import Sockets
import Transfer

/// Numbers the connections of a run, and reports what happens to them as events.
@LoopActor
final class EventReporter {
  private let sink: any EventSink
  private var connections = 0
  /// Reports progress; nil if progress is not shown.
  private(set) var meter: Meter?

  /// The algorithm of `--checksum`; nil for none.
  private let checksum: DigestAlgorithm?

  init(_ sink: any EventSink, checksum: DigestAlgorithm? = nil) {
    self.sink = sink
    self.checksum = checksum
    guard let interval = sink.progressInterval else { return }
    meter = Meter(every: interval) { [weak self] in self?.progress($0) }
  }

  /// Reports nothing: for connections whose outcome is reported in another way.
  static let silent = EventReporter(Silence())

  private struct Silence: EventSink {
    func emit(_ event: Event) {}
    func shows(_ kind: Event.Kind) -> Bool { false }
  }

  /// Reports the final progress.
  func finish() { meter?.finish() }

  /// Fails if the algorithm of `--checksum` is not available, before anything is sent.
  func checkDigest() throws(OperationError) {
    _ = try checksum?.begin()
  }

  /// Starts computing the checksum of the bytes that a counter counts from now on.
  func startChecksum(of counter: ByteCounter) {
    guard let checksum else { return }
    do throws(OperationError) {
      counter.digest = try checksum.begin()
    } catch {
      warn(error.message)
    }
  }

  /// Starts measuring progress at the first datagram received, from any peer.
  func startMeter(for counter: ByteCounter) {
    guard let meter, !meter.hasStarted else { return }
    meter.add(0, Meter.Load(received: counter))
  }

  /// Reports the checksum of what a counter has counted, if one was computed.
  func reportChecksum(of counter: ByteCounter, isSent: Bool, _ fill: (inout Event) -> Void = { _ in }) {
    guard let checksum, let digest = counter.digest else { return }
    guard let value = digest.value() else { return warn("the checksum could not be computed") }
    emit(.checksum) {
      fill(&$0)
      $0.sent = isSent ? counter.earlier + counter.bytes : nil
      $0.received = isSent ? nil : counter.earlier + counter.bytes
      $0.checksum = Checksum(algorithm: checksum.rawValue, digest: value.hexadecimal)
    }
  }

  private func progress(_ report: ProgressReport) {
    emit(.progress) {
      $0.progress = report
      $0.sent = report.sent?.bytes
      $0.received = report.received?.bytes
      $0.seconds = report.seconds
    }
  }

  /// Called before payload goes to a terminal; nil if no progress is drawn there.
  var outputComes: ((_ endsLine: Bool) -> Void)? {
    meter == nil ? nil : { [sink] in sink.outputComes(endsLine: $0) }
  }

  func shows(_ kind: Event.Kind) -> Bool { sink.shows(kind) }

  /// Whether connections are reported, so that their local addresses are worth a system call.
  private var showsConnections: Bool { shows(.accepted) || shows(.closed) }

  /// Reports a change of an association with a peer (SCTP).
  func notification(_ notification: SCTPNotification, of peer: SocketAddress) {
    emit(.notification) {
      $0.peer = .address(peer)
      $0.message = notification.text
    }
  }

  /// The space for control messages of each datagram: none if received datagrams are not reported.
  var controlSize: Int { shows(.received) ? DatagramFacts.controlSize : 0 }

  func emit(_ kind: Event.Kind, _ fill: (inout Event) -> Void) {
    guard sink.shows(kind) else { return }
    var event = Event(kind)
    event.worker = Worker.current?.index
    fill(&event)
    sink.emit(event)
  }

  func warn(_ message: String, about peer: Peer? = nil) {
    emit(.warning) {
      $0.message = message
      $0.peer = peer
    }
  }

  /// Records that a log could not be written. The transfer continues with a warning; if the run has no other error, it
  /// ends with this one.
  func logFailed(_ error: OperationError) {
    warn("\(error.message): the transfer goes on")
    logFailure = error
  }
  private(set) var logFailure: OperationError?

  func error(_ error: OperationError, peer: Peer? = nil, connection: Int? = nil) {
    emit(.error) {
      $0.message = error.message
      $0.advice = error.advice
      $0.errorNumber = error.errorNumber
      $0.lookUpCode = error.lookUpCode
      $0.peer = peer
      $0.connection = connection
    }
  }

  func listening(_ address: SocketAddress, transport: Transport?) {
    emit(.listening) {
      $0.local = address
      $0.transport = transport
    }
  }

  /// Starts the record of a connection or datagram peer. For a Unix connection, the event includes the peer's process.
  func connection(
    _ kind: Event.Kind, transport: Transport?, local: SocketAddress?, peer: Peer,
    over connection: AsyncSocket? = nil
  ) -> ConnectionRecord {
    connections += 1
    let record = ConnectionRecord(
      self, number: connections, transport: transport, local: local, peer: peer)
    record.emit(kind) {
      guard let connection, let credentials = connection.socket.peerProcess() else { return }
      var facts = DatagramFacts()
      facts.credentials = credentials
      facts.senderIsRunning = connection.socket.peerIsRunning()
      $0.facts = facts
    }
    return record
  }

  /// Starts the record of one end of a relay.
  ///
  /// - Parameter number: the number of the connection, if its other end has it already.
  func opened(_ end: OpenEnd, on side: End.Place, number: Int? = nil) -> ConnectionRecord {
    let facts = end.facts
    let record = opened(end.event, facts, end.peer, on: side, number: number)
    record.proxied(facts.origin)
    record.secured(end.security)
    return record
  }

  /// The same for an end that is described by its parts.
  func opened(
    _ kind: Event.Kind, _ facts: @autoclosure () -> StreamFacts, _ peer: Peer, on side: End.Place, number: Int? = nil
  ) -> ConnectionRecord {
    if number == nil { connections += 1 }
    let facts = showsConnections ? facts() : StreamFacts()
    let record = ConnectionRecord(
      self, number: number ?? connections, transport: facts.transport, local: facts.local, peer: peer, side: side)
    record.emit(kind)
    return record
  }

  /// Starts the record of a connection that a server has accepted.
  func accepted(_ stream: any ByteStream, from peer: Peer) -> ConnectionRecord {
    opened(.accepted, stream, with: peer)
  }

  /// Starts the record of a connection that was accepted or made.
  func opened(_ kind: Event.Kind, _ stream: any ByteStream, with peer: Peer) -> ConnectionRecord {
    let facts = showsConnections ? stream.facts : StreamFacts()
    let record = connection(
      kind, transport: facts.transport, local: facts.local, peer: peer, over: stream.connection)
    record.proxied(facts.origin)
    record.secured(stream.security)
    return record
  }
}

extension Event {
  /// Fills in what the kernel reports about a datagram, and the address that it was sent to, with this port.
  mutating func tell(_ told: DatagramFacts, port: UInt16?) {
    guard told != DatagramFacts() else { return }
    facts = told
    guard let port, let address = told.packetInfo?.local, !address.isMulticast else { return }
    local = SocketAddress(address, port: port)
  }
}
