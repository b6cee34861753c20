import SocketLoop
import Sockets
import Transfer

/// Numbers the connections of a run, and turns what happens to them into events.
@LoopActor
final class EventReporter {
  private let sink: any EventSink
  private var connections = 0
  /// What reports progress; nil where nobody wants to see it.
  private(set) var meter: Meter?

  /// The sums that are made of what connections carry; nil for none.
  private let checksum: DigestAlgorithm?

  init(_ sink: any EventSink, checksum: DigestAlgorithm? = nil) {
    self.sink = sink
    self.checksum = checksum
    guard let interval = sink.progressInterval else { return }
    meter = Meter(every: interval) { [weak self] in self?.progress($0) }
  }

  /// One that tells nobody: for whoever reports what it learns itself.
  static let silent = EventReporter(Silence())

  private struct Silence: EventSink {
    func emit(_ event: Event) {}
    func shows(_ kind: Event.Kind) -> Bool { false }
  }

  /// Says what is left to say: how far it came.
  func finish() { meter?.finish() }

  /// Makes a sum for nothing: so that who wants sums and cannot have them learns it before anything is sent.
  func checkDigest() throws(OperationError) {
    _ = try checksum?.begin()
  }

  /// Has the sum made of what a flow carries from now on.
  func startChecksum(of flow: Flow) {
    guard let checksum else { return }
    do throws(OperationError) {
      flow.digest = try checksum.begin()
    } catch {
      warn(error.message)
    }
  }

  /// Something is being received of anybody: the first starts the clock of the meter.
  func startMeter(for flow: Flow) {
    guard let meter, !meter.hasStarted else { return }
    meter.add(0, Meter.Load(received: flow))
  }

  /// Tells the sum of what a flow has carried, where one was made.
  func reportChecksum(of flow: Flow, isSent: Bool, _ fill: (inout Event) -> Void = { _ in }) {
    guard let checksum, let digest = flow.digest else { return }
    guard let value = digest.value() else { return warn("the checksum could not be computed") }
    emit(.checksum) {
      fill(&$0)
      $0.sent = isSent ? flow.earlier + flow.bytes : nil
      $0.received = isSent ? nil : flow.earlier + flow.bytes
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

  /// What payload that goes to a terminal is announced to; nil where nothing is drawn there.
  var outputComes: ((_ endsLine: Bool) -> Void)? {
    meter == nil ? nil : { [sink] in sink.outputComes(endsLine: $0) }
  }

  func shows(_ kind: Event.Kind) -> Bool { sink.shows(kind) }

  /// Tells of a change of an association with a peer.
  func notification(_ notification: SCTPNotification, of peer: SocketAddress) {
    emit(.notification) {
      $0.peer = .address(peer)
      $0.message = notification.text
    }
  }

  /// Room for what the kernel tells of each datagram, which it is asked for only where somebody sees it.
  var controlSize: Int { shows(.received) ? DatagramFacts.controlSize : 0 }

  func emit(_ kind: Event.Kind, _ fill: (inout Event) -> Void) {
    guard sink.shows(kind) else { return }
    var event = Event(kind)
    fill(&event)
    sink.emit(event)
  }

  func warn(_ message: String, about peer: Peer? = nil) {
    emit(.warning) {
      $0.message = message
      $0.peer = peer
    }
  }

  /// A log has become incomplete: that is a warning now, so that the transfer goes on, and the end of a run without another.
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

  /// Opens the record of a connection, or of a datagram peer; of a Unix connection its peer's process is told.
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

  /// Opens the record of a connection that a server has accepted.
  func accepted(_ connection: AsyncSocket, from peer: Peer) -> ConnectionRecord {
    self.connection(
      .accepted, transport: connection.socket.transport, local: try? connection.socket.localAddress(), peer: peer,
      over: connection)
  }
}

extension Event {
  /// Fills in what the kernel tells of a datagram: also to which of our addresses it came, at this port.
  mutating func tell(_ told: DatagramFacts, port: UInt16?) {
    guard told != DatagramFacts() else { return }
    facts = told
    guard let port, let address = told.packetInfo?.local, !address.isMulticast else { return }
    local = SocketAddress(address, port: port)
  }
}
