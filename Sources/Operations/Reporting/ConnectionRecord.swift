import SocketLoop
import Sockets
import Transfer

/// Reports the events of one connection, from its beginning to its end.
@LoopActor
final class ConnectionRecord {
  private let reporter: EventReporter
  let number: Int
  private let transport: Transport?
  private let local: SocketAddress?
  let peer: Peer
  /// The side of a relay that this is.
  private let side: End.Place?
  private let start = MonotonicTime.now
  /// The bytes that it carries each way.
  private var counters: (sent: ByteCounter, received: ByteCounter)?
  private var isMeasured = true

  init(
    _ reporter: EventReporter, number: Int, transport: Transport?, local: SocketAddress?, peer: Peer,
    side: End.Place? = nil
  ) {
    self.reporter = reporter
    self.number = number
    self.transport = transport
    self.local = local
    self.peer = peer
    self.side = side
  }

  func emit(_ kind: Event.Kind, _ fill: (inout Event) -> Void = { _ in }) {
    reporter.emit(kind) {
      tell(&$0)
      fill(&$0)
    }
  }

  private func tell(_ event: inout Event) {
    event.connection = number
    event.side = side
    event.transport = transport
    event.local = local
    event.peer = peer
  }

  /// Reports what a proxy has said about the connection, if it came through one.
  func proxied(_ origin: ProxiedOrigin?) {
    guard let origin else { return }
    emit(.proxied) { $0.origin = origin }
  }

  /// Reports the encryption of the connection, if it has any.
  func secured(_ security: @autoclosure () -> TLSFacts?) {
    guard shows(.secured), let security = security() else { return }
    emit(.secured) { $0.security = security }
  }

  func warn(_ message: String) { emit(.warning) { $0.message = message } }
  func shows(_ kind: Event.Kind) -> Bool { reporter.shows(kind) }

  func fail(_ error: OperationError) { reporter.error(error, peer: peer, connection: number) }

  func datagram(_ datagram: DatagramSocket.Datagram) {
    let facts = datagram.facts(isShown: shows(.received)) { warn($0) }
    emit(.received) {
      $0.received = UInt64(datagram.length)
      // An answer from a member of a group has that member's address.
      if !datagram.peer.isUnnamed { $0.peer = .address(datagram.peer) }
      $0.tell(facts, port: local?.port)
    }
    if datagram.isTruncated {
      warn("a datagram of \(datagram.length) bytes from \(peer) was cut to \(datagram.bytes.count)")
    }
  }

  /// Reports how many refusals of datagrams were ignored.
  func refusals(_ count: Int) {
    if count == 0 { return }
    warn(
      "\(count == 1 ? "a datagram was" : "\(count) datagrams were") refused: \(ErrorNumber.connectionRefused):"
        + " nothing received there at the time")
  }

  /// Reports a message received whole over a connection (SCTP, Unix seqpacket).
  func message(_ count: Int, _ facts: DatagramFacts) {
    emit(.received) {
      $0.received = UInt64(count)
      $0.facts = facts
    }
  }

  /// Reports a change of the association (SCTP).
  func notification(_ notification: SCTPNotification) { emit(.notification) { $0.message = notification.text } }

  /// Whether progress is reported.
  var isMetered: Bool { reporter.meter != nil }

  /// Sets the counters of the bytes of the connection, for progress, checksums and the `closed` event.
  ///
  /// - Parameters:
  ///   - total: how many bytes are to go each way; nil if unknown.
  ///   - isMeasured: false if another record of the same bytes is for their progress and checksums.
  func carries(
    sent: ByteCounter, received: ByteCounter, _ direction: Direction = .both,
    total: (sent: UInt64?, received: UInt64?) = (nil, nil), isMeasured: Bool = true
  ) {
    counters = (sent, received)
    self.isMeasured = isMeasured
    if !isMeasured { return }
    if direction != .receiveOnly { reporter.startChecksum(of: sent) }
    if direction != .sendOnly { reporter.startChecksum(of: received) }
    reporter.meter?.add(
      number,
      Meter.Load(
        sent: direction == .receiveOnly ? nil : sent, received: direction == .sendOnly ? nil : received, total: total))
  }

  /// - Parameters:
  ///   - status: the exit status of the program at this end, if it is one.
  ///   - isRefused: whether nothing arrived, so that there is nothing to sum up.
  ///   - isCounted: false if the bytes did not pass through here.
  func closed(status: CInt? = nil, isRefused: Bool = false, isCounted: Bool = true) {
    if isMeasured { reporter.meter?.remove(number) }
    if let counters, isMeasured, !isRefused {
      reporter.reportChecksum(of: counters.sent, isSent: true, tell)
      reporter.reportChecksum(of: counters.received, isSent: false, tell)
    }
    emit(.closed) {
      $0.sent = isCounted ? counters?.sent.bytes ?? 0 : nil
      $0.received = isCounted ? counters?.received.bytes ?? 0 : nil
      $0.seconds = MonotonicTime.now.since(start) / .seconds(1)
      $0.status = status
    }
  }
}
