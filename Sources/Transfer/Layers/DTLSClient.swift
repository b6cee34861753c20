import SocketLoop
import Sockets

/// A client that a listener has given a socket of its own.
@LoopActor
final class DTLSClient {
  /// Its session, until the socket has been accepted.
  var session: TLSSession?
  private(set) weak var connection: AsyncSocket?
  /// Whether the handshake is over.
  var isEstablished = false
  /// Whether the client has begun another session, and this one is over.
  var isReplaced = false
  /// Its datagrams that the listener's socket received.
  private var early: [[UInt8]] = []
  private static let mostEarly = 16
  /// What distinguishes this session's first message from those of others: the client's random bytes.
  private let random: [UInt8]
  private let restart: (DTLSClient, UnsafeRawBufferPointer) -> Void

  /// - Parameters:
  ///   - message: the first message.
  ///   - restart: called with the first message of another session.
  init(
    _ session: TLSSession, on connection: AsyncSocket, _ message: UnsafeRawBufferPointer,
    restart: @escaping (DTLSClient, UnsafeRawBufferPointer) -> Void
  ) {
    self.session = session
    self.connection = connection
    random = Self.random(in: message)
    self.restart = restart
  }

  var isConnected: Bool { connection?.watch.isClosed == false }
  var hasEarly: Bool { !early.isEmpty }

  /// Keeps a datagram for the session. More than a flight of a client has are dropped.
  func take(_ datagram: UnsafeRawBufferPointer) {
    guard early.count < Self.mostEarly, datagram.count <= 65_536 else { return }
    early.append([UInt8](datagram))
    connection?.watch.wakeReader()
  }

  /// Hands out the next datagram; nil if there is none.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> IOResult? {
    guard let next = early.first else { return nil }
    early.removeFirst()
    buffer.copyBytes(from: next.prefix(buffer.count))
    return .moved(min(next.count, buffer.count))
  }

  // MARK: Another session

  /// Whether a datagram begins another session. If so, it is dealt with.
  func hasRestarted(with datagram: UnsafeRawBufferPointer) -> Bool {
    guard isEstablished, Self.isFirstMessage(datagram) else { return false }
    // A copy that took longer.
    if !isReplaced, Self.random(in: datagram) != random { restart(self, datagram) }
    return true
  }

  /// Whether a datagram begins with a ClientHello in the clear: handshake, epoch 0, client_hello.
  private static func isFirstMessage(_ datagram: UnsafeRawBufferPointer) -> Bool {
    datagram.count > 60 && datagram[0] == 22 && datagram[1] == 0xfe && datagram[3] == 0 && datagram[4] == 0
      && datagram[13] == 1
  }

  /// Behind the headers of the record and of the message, and the version.
  private static func random(in datagram: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](datagram.dropFirst(27).prefix(32))
  }
}
