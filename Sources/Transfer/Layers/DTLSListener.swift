import SocketLoop
import Sockets

/// Waits for clients of DTLS on a socket for datagrams.
///
/// Each client has to send back a cookie first (``DTLSCookies``), and until then nothing is kept of it. Then it gets a
/// socket of its own, which is connected to it, and the session goes on there.
@LoopActor
package final class DTLSListener {
  private let socket: DatagramSocket
  private var context: TLSContext
  /// Opens the socket for a client: given its address, and the address of ours that it has sent to.
  private let connect: (SocketAddress, PacketInfo?) throws(SystemError) -> AsyncSocket
  private let replies: DTLSReplies
  /// The session that the next client gets.
  private var session: TLSSession?
  /// The clients that have a socket, by their addresses. What one sent before its socket was connected still comes here.
  private var clients: [SocketAddress: DTLSClient] = [:]
  /// Clients that have begun another session from the same port.
  private var restarted: [(connection: AsyncSocket, peer: SocketAddress)] = []

  package init(
    _ socket: DatagramSocket, _ context: TLSContext,
    connect: @escaping (SocketAddress, PacketInfo?) throws(SystemError) -> AsyncSocket
  ) {
    self.socket = socket
    self.context = context
    self.connect = connect
    replies = DTLSReplies(socket)
    socket.noteDestinations()
  }

  /// Uses another context for clients that come from now on.
  package func use(_ context: TLSContext) {
    // What has begun goes on with the earlier one's sessions.
    context.begun.merge(self.context.begun) { new, _ in new }
    self.context = context
    session = nil
  }

  /// Answers what has arrived; nil once there is nothing more.
  package func accept() async throws(LoopError) -> (connection: AsyncSocket, peer: SocketAddress)? {
    while true {
      if let first = restarted.first {
        restarted.removeFirst()
        return first
      }
      do throws(LoopError) {
        let datagram = try await socket.receive(until: .now)
        if let connection = try take(datagram) { return (connection, datagram.peer) }
      } catch {
        switch error {
        case .timedOut: return nil
        // An ICMP error about an answer: that client has gone.
        case .system(let error) where error.call.hasPrefix("recv"):
          if error.number != .connectionRefused, !socket.isPassing(error) { throw .system(error) }
        case .system, .cancelled: throw error
        }
      }
    }
  }

  private func take(_ datagram: DatagramSocket.Datagram) throws(LoopError) -> AsyncSocket? {
    if let client = clients[datagram.peer], client.isConnected {
      client.take(datagram.bytes)
      return nil
    }
    guard let session = answer(datagram.bytes, from: datagram.peer, source: datagram.answerSource) else { return nil }
    let connection: AsyncSocket
    do throws(SystemError) {
      connection = try connect(datagram.peer, datagram.answerSource)
    } catch {
      throw .system(error)
    }
    begin(session, with: datagram.bytes, from: datagram.peer, on: connection, source: datagram.answerSource)
    return connection
  }

  /// Answers a first message.
  ///
  /// - Returns: the session with the client, if the message has a cookie.
  private func answer(
    _ message: UnsafeRawBufferPointer, from peer: SocketAddress, source: PacketInfo?
  ) -> TLSSession? {
    guard let session = session ?? TLSSession(context, over: replies) else { return nil }
    self.session = session
    replies.peer = (peer, source)
    guard session.listen(message, from: peer) else { return nil }
    self.session = nil
    return session
  }

  private func begin(
    _ session: TLSSession, with message: UnsafeRawBufferPointer, from peer: SocketAddress, on connection: AsyncSocket,
    source: PacketInfo?
  ) {
    let client = DTLSClient(session, on: connection, message) { [weak self] client, message in
      self?.restart(client, with: message, from: peer, source)
    }
    note(client, at: peer)
    context.begun[ObjectIdentifier(connection)] = client
  }

  /// Answers the first message of a client that has a session: it has been restarted, and has the same port again. The
  /// session ends once the client has sent a cookie (RFC 6347, section 4.2.8), and another one has its socket.
  private func restart(
    _ client: DTLSClient, with message: UnsafeRawBufferPointer, from peer: SocketAddress, _ source: PacketInfo?
  ) {
    guard let session = answer(message, from: peer, source: source), let old = client.connection,
      let socket = try? old.socket.duplicate()
    else { return }
    let connection = AsyncSocket(socket)
    begin(session, with: message, from: peer, on: connection, source: source)
    restarted.append((connection, peer))
    client.isReplaced = true
    self.socket.connection.watch.wakeReader()
  }

  private func note(_ client: DTLSClient, at address: SocketAddress) {
    if clients.count >= mostKnown {
      clients = clients.filter(\.value.isConnected)
      mostKnown = max(64, 2 * clients.count)
    }
    clients[address] = client
  }
  private var mostKnown = 64

  /// Forgets a client that is not served after all.
  package func forget(_ connection: AsyncSocket) { context.begun[ObjectIdentifier(connection)] = nil }
}

extension TLSContext {
  /// The session that a listener has begun with the peer of a connection.
  func takeBegun(on base: any ByteStream) -> TLSSession? {
    guard !begun.isEmpty, let connection = base.connection,
      let client = begun.removeValue(forKey: ObjectIdentifier(connection)), let session = client.session
    else { return nil }
    client.session = nil
    session.base = base
    (base as? DatagramStream)?.client = client
    return session
  }
}

/// Sends a listener's answers to the client that it is dealing with.
@LoopActor
private final class DTLSReplies: ByteStream {
  private let socket: DatagramSocket
  var peer: (address: SocketAddress, source: PacketInfo?)?

  init(_ socket: DatagramSocket) { self.socket = socket }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult { .wouldBlock }
  func placeToRead() throws(LoopError) -> Suspension? { Suspension() }
  func placeToWrite() throws(LoopError) -> Suspension? { nil }

  /// An answer for which there is no room is lost: the client asks again.
  func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    guard let peer else { return .moved(bytes.count) }
    _ = try? socket.descriptor.sendDatagramWithoutWaiting(bytes, to: peer.address, from: peer.source)
    return .moved(bytes.count)
  }
}
