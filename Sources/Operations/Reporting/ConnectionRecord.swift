import SocketLoop
import Sockets
import Transfer

/// What is reported of one connection from its beginning to its end.
@LoopActor
final class ConnectionRecord {
  private let reporter: EventReporter
  private let number: Int
  private let transport: Transport?
  private let local: SocketAddress?
  let peer: Peer
  private let start = MonotonicTime.now
  /// What it has carried each way.
  private var flows: (sent: Flow, received: Flow)?

  init(
    _ reporter: EventReporter, number: Int, transport: Transport?, local: SocketAddress?, peer: Peer
  ) {
    self.reporter = reporter
    self.number = number
    self.transport = transport
    self.local = local
    self.peer = peer
  }

  func emit(_ kind: Event.Kind, _ fill: (inout Event) -> Void = { _ in }) {
    reporter.emit(kind) {
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
  func shows(_ kind: Event.Kind) -> Bool { reporter.shows(kind) }

  func fail(_ error: OperationError) { reporter.error(error, peer: peer, connection: number) }

  func datagram(_ datagram: DatagramSocket.Datagram) {
    let facts = datagram.facts(isShown: shows(.received)) { warn($0) }
    emit(.received) {
      $0.received = UInt64(datagram.length)
      // What was sent to a group is answered by its members.
      if !datagram.peer.isUnnamed { $0.peer = .address(datagram.peer) }
      $0.tell(facts, port: local?.port)
    }
    if datagram.isTruncated {
      warn("a datagram of \(datagram.length) bytes from \(peer) was cut to \(datagram.bytes.count)")
    }
  }

  /// Tells of a message that came whole over a connection.
  func message(_ count: Int, _ facts: DatagramFacts) {
    emit(.received) {
      $0.received = UInt64(count)
      $0.facts = facts
    }
  }

  /// Tells of a change of the association.
  func notification(_ notification: SCTPNotification) { emit(.notification) { $0.message = notification.text } }

  /// Whether anybody looks at how far it has come.
  var isMetered: Bool { reporter.meter != nil }

  /// Says where the bytes are counted that go over the connection.
  ///
  /// - Parameter total: how many are to go each way; nil where nobody knows.
  func carries(
    sent: Flow, received: Flow, _ direction: Direction = .both,
    total: (sent: UInt64?, received: UInt64?) = (nil, nil)
  ) {
    flows = (sent, received)
    if direction != .receiveOnly { reporter.startChecksum(of: sent) }
    if direction != .sendOnly { reporter.startChecksum(of: received) }
    reporter.meter?.add(
      number,
      Meter.Load(
        sent: direction == .receiveOnly ? nil : sent, received: direction == .sendOnly ? nil : received, total: total))
  }

  func closed() {
    reporter.meter?.remove(number)
    if let flows {
      reporter.reportChecksum(of: flows.sent, isSent: true, tell)
      reporter.reportChecksum(of: flows.received, isSent: false, tell)
    }
    emit(.closed) {
      $0.sent = flows?.sent.bytes ?? 0
      $0.received = flows?.received.bytes ?? 0
      $0.seconds = MonotonicTime.now.since(start) / .seconds(1)
    }
  }
}
