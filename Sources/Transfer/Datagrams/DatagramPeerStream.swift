import SocketLoop
import Sockets

/// One of the peers that send datagrams to a socket, as a stream: each read is a datagram of the peer, and each write is a
/// datagram to it.
///
/// It has no end of its own: ``end()`` is called when the peer has been silent for too long.
@LoopActor
package final class DatagramPeerStream: ByteStream {
  package let peer: SocketAddress
  private let socket: DatagramSocket
  /// Which of our addresses the peer sends to, and is answered from.
  private var source: PacketInfo?
  private var queue: [[UInt8]] = []
  private var queued = 0
  private let arrival = Suspension()
  private let room = Suspension()
  private var isFull = false
  private var hasEnded = false
  /// When something last came from the peer or went to it.
  package private(set) var latest = MonotonicTime.now
  /// Called once, when the first datagram is lost, because they come faster than they can be passed on.
  package var didLose: @LoopActor () -> Void = {}
  private var hasLost = false

  /// The most that may wait here, as in the buffer of a socket.
  private static let most = (datagrams: 4096, bytes: 1 << 20)
  /// How long to wait for room: no event says when a device has some.
  private static let pause = Duration.milliseconds(2)

  package init(_ peer: SocketAddress, on socket: DatagramSocket) {
    self.peer = peer
    self.socket = socket
  }

  /// Takes a datagram of the peer.
  package func deliver(_ datagram: DatagramSocket.Datagram) {
    latest = .now
    source = datagram.answerSource
    guard queue.count < Self.most.datagrams, queued + datagram.bytes.count <= Self.most.bytes else {
      if !hasLost { didLose() }
      hasLost = true
      return
    }
    queue.append([UInt8](datagram.bytes))
    queued += datagram.bytes.count
    arrival.resume()
  }

  /// Ends the stream once everything that has come is read.
  package func end() {
    hasEnded = true
    arrival.resume()
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    guard let datagram = queue.first else { return hasEnded ? .moved(0) : .wouldBlock }
    queue.removeFirst()
    queued -= datagram.count
    let part = datagram.prefix(buffer.count)
    buffer.copyBytes(from: part)
    return .moved(part.count)
  }

  package func placeToRead() throws(LoopError) -> Suspension? { queue.isEmpty && !hasEnded ? arrival : nil }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    latest = .now
    // A Unix peer without an address cannot be answered.
    if peer.isUnnamed { return .moved(bytes.count) }
    let result = try socket.sendAtOnce(bytes, to: peer, from: source)
    if case .wouldBlock = result { isFull = true }
    return result
  }

  package func placeToWrite() throws(LoopError) -> Suspension? {
    guard isFull else { return nil }
    // The socket is shared, and only one task can wait for its room.
    Task(executorPreference: EventLoop.shared) { await self.awaitRoom() }
    return room
  }

  private func awaitRoom() async {
    try? await EventLoop.sleep(until: .after(Self.pause))
    isFull = false
    room.resume()
  }

  package func stopReading() { hasEnded = true }
  package var keepsMessageBoundaries: Bool { true }
  package var hasNoEnd: Bool { true }
  package var isAtEnd: Bool { hasEnded && queue.isEmpty }
  package var facts: StreamFacts {
    StreamFacts(transport: socket.connection.socket.transport, local: socket.localAddress)
  }
}
