import SocketLoop
import Sockets
import Transfer

/// Lets each peer into a room, and joins the two until one of them has ended.
@LoopActor
final class RoomHandler: Handler {
  private let room: any Room
  private let hub: MessageHub
  private let request: ListenRequest
  private let taps: TapSet
  private let reporter: EventReporter
  private let waitingPeers = EndedPeers()

  init(_ room: any Room, _ hub: MessageHub, _ request: ListenRequest, _ taps: TapSet, _ reporter: EventReporter) {
    self.room = room
    self.hub = hub
    self.request = request
    self.taps = taps
    self.reporter = reporter
  }

  func makeRoom() -> Bool { waitingPeers.makeRoom() }

  var endedPeers: EndedPeers? { waitingPeers }

  func serve(_ stream: any ByteStream, _ peer: Peer) async -> ServiceOutcome {
    let record = reporter.accepted(stream, from: peer)
    do throws(OperationError) { try request.options.prepare(stream, record) } catch { return .peerFailed(error) }
    let queue = hub.member(keepsMessageBoundaries: stream.keepsMessageBoundaries)
    let place = room.join(queue)
    let relay = relay(stream, queue, place, record)
    let ending = SessionEnding(await relay.run())
    waitingPeers.remove(relay)
    place.leave()
    if queue.lost > 0 { record.warn("it lost \(queue.lost) messages, since it read too slowly") }
    record.closed()
    // A peer that ended its half, and then resets what it gets, has simply gone.
    if relay.hasEnded(.right), case .connectionFailed = ending { return .served }
    guard let error = error(of: ending, queue, stream, peer) else { return .served }
    record.fail(error)
    return .peerFailed(error)
  }

  /// The relay whose left side is the room, and whose right side is the peer.
  private func relay(
    _ stream: any ByteStream, _ queue: QueueStream, _ place: any RoomPlace, _ record: ConnectionRecord
  ) -> Relay {
    var (toPeer, toRoom) = (Pump.Settings(), Pump.Settings())
    // By its time a peer that takes nothing is known.
    toPeer.counter = ByteCounter(keepsTime: true)
    toPeer.rate = request.options.sendRate.map { RateLimit(bytesPerSecond: $0) }
    toRoom.rate = request.options.receiveRate.map { RateLimit(bytesPerSecond: $0) }
    toPeer.tap = taps.sent(to: record.peer)
    toRoom.tap = taps.received(from: record.peer)
    record.carries(sent: toPeer.counter, received: toRoom.counter)
    let relay = Relay(
      Relay.Side(input: queue, output: RoomSink(hub, place), watchesOutput: false), Relay.Side(stream),
      toRight: toPeer, toLeft: toRoom, rules: rules(for: stream))
    queue.pump = relay.toRight
    queue.didLose = { [weak place] in
      record.warn("it takes nothing: messages to it are dropped")
      place?.didLose()
    }
    relay.sideEnded = { [weak place] side in
      if side == .right { place?.end() }
      if side == .right { record.emit(.peerEOF) }
    }
    relay.warn = { record.warn($0) }
    waitingPeers.watch(relay, stream)
    return relay
  }

  /// A peer that has ended its half still gets what the others send; a queue ends where the peer is to be closed.
  private func rules(for stream: any ByteStream) -> RelayRules {
    var rules = RelayRules()
    rules.idle = request.options.idleTimeout
    rules.left.onEnd = .close
    rules.right.onEnd = stream.connection?.socket.traits.contains(.noHalfClose) == true ? .close : .keep
    rules.right.quiet = request.peerTimeout
    return rules
  }

  /// The error of a connection that has ended; nil on success.
  private func error(
    of ending: SessionEnding, _ queue: QueueStream, _ stream: any ByteStream, _ peer: Peer
  ) -> OperationError? {
    if case .cancelled = ending { return nil }
    if queue.wasGivenUp { return OperationError(.connectionLost, "\(peer) was disconnected: it takes nothing") }
    return OperationError.of(ending, peer: peer, idle: request.options.idleTimeout, failure: stream.failure)
  }
}
