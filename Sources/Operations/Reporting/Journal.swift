import SocketLoop
import Sockets
import Transfer

/// Numbers the connections of a run, and turns what happens to them into events.
@LoopActor
final class Journal {
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

  /// Says what is left to say: how far it came.
  func finish() { meter?.finish() }

  /// Makes a sum for nothing: so that who wants sums and cannot have them learns it before anything is sent.
  func checkDigests() throws(OperationError) {
    _ = try checksum?.begin()
  }

  /// Has the sum made of what a flow carries from now on.
  func sumUp(_ flow: Flow) {
    guard let checksum else { return }
    do throws(OperationError) {
      flow.digest = try checksum.begin()
    } catch {
      warn(error.message)
    }
  }

  /// What is received of anybody.
  func receives(_ flow: Flow) {
    sumUp(flow)
    meter?.add(0, Meter.Load(received: flow))
  }

  /// Tells the sum of what a flow has carried, where one was made.
  func checksum(of flow: Flow, isSent: Bool, _ fill: (inout Event) -> Void = { _ in }) {
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

  /// Room for what the kernel tells of each datagram, which it is asked for only where somebody sees it.
  var controlSize: Int { shows(.received) ? DatagramFacts.controlSize : 0 }

  func emit(_ kind: Event.Kind, _ fill: (inout Event) -> Void) {
    guard sink.shows(kind) else { return }
    var event = Event(kind)
    fill(&event)
    sink.emit(event)
  }

  func warn(_ message: String) {
    emit(.warning) { $0.message = message }
  }

  func error(_ error: OperationError, peer: SocketAddress? = nil, connection: Int? = nil) {
    emit(.error) {
      $0.message = error.message
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
    _ kind: Event.Kind, transport: Transport?, local: SocketAddress?, peer: SocketAddress,
    over connection: AsyncSocket? = nil
  ) -> ConnectionRecord {
    connections += 1
    let record = ConnectionRecord(
      self, number: connections, transport: transport, local: local, peer: peer)
    record.emit(kind) {
      guard let credentials = connection?.socket.peerProcess() else { return }
      var facts = DatagramFacts()
      facts.credentials = credentials
      $0.facts = facts
    }
    return record
  }
}

/// What is reported of one connection from its beginning to its end.
@LoopActor
final class ConnectionRecord {
  private let journal: Journal
  private let number: Int
  private let transport: Transport?
  private let local: SocketAddress?
  let peer: SocketAddress
  private let start = MonotonicTime.now
  /// What it has carried each way.
  private var flows: (sent: Flow, received: Flow)?

  init(
    _ journal: Journal, number: Int, transport: Transport?, local: SocketAddress?, peer: SocketAddress
  ) {
    self.journal = journal
    self.number = number
    self.transport = transport
    self.local = local
    self.peer = peer
  }

  func emit(_ kind: Event.Kind, _ fill: (inout Event) -> Void = { _ in }) {
    journal.emit(kind) {
      tell(&$0)
      fill(&$0)
    }
  }

  private func tell(_ event: inout Event) {
    event.connection = number
    event.transport = transport
    event.local = local
    event.peer = peer
  }

  func warn(_ message: String) { emit(.warning) { $0.message = message } }
  func shows(_ kind: Event.Kind) -> Bool { journal.shows(kind) }

  func fail(_ error: OperationError) { journal.error(error, peer: peer, connection: number) }

  func datagram(_ datagram: DatagramSocket.Datagram) {
    emit(.received) {
      $0.received = UInt64(datagram.length)
      $0.tell(datagram, port: local?.port)
    }
    if datagram.isTruncated {
      warn("a datagram of \(datagram.length) bytes from \(peer) was cut to \(datagram.bytes.count)")
    }
  }

  /// Whether anybody looks at how far it has come.
  var isMetered: Bool { journal.meter != nil }

  /// Says where the bytes are counted that go over the connection.
  ///
  /// - Parameter total: how many are to go each way; nil where nobody knows.
  func carries(
    sent: Flow, received: Flow, _ direction: StreamRules.Direction = .both,
    total: (sent: UInt64?, received: UInt64?) = (nil, nil)
  ) {
    flows = (sent, received)
    if direction != .receiveOnly { journal.sumUp(sent) }
    if direction != .sendOnly { journal.sumUp(received) }
    journal.meter?.add(
      number,
      Meter.Load(
        sent: direction == .receiveOnly ? nil : sent, received: direction == .sendOnly ? nil : received, total: total))
  }

  func closed() {
    journal.meter?.remove(number)
    if let flows {
      journal.checksum(of: flows.sent, isSent: true, tell)
      journal.checksum(of: flows.received, isSent: false, tell)
    }
    emit(.closed) {
      $0.sent = flows?.sent.bytes ?? 0
      $0.received = flows?.received.bytes ?? 0
      $0.seconds = MonotonicTime.now.since(start) / .seconds(1)
    }
  }
}

extension Event {
  /// Fills in what the kernel tells of a datagram: also to which of our addresses it came, at this port.
  mutating func tell(_ datagram: DatagramSocket.Datagram, port: UInt16?) {
    guard !datagram.control.isEmpty else { return }
    let told = DatagramFacts(datagram.control)
    guard told != DatagramFacts() else { return }
    facts = told
    guard let port, let address = told.packetInfo?.local, !address.isMulticast else { return }
    local = SocketAddress(address, port: port)
  }
}
