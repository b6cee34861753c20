import SocketLoop
import Sockets
import Transfer

// Who may come in, asked for each connection and each datagram before anything is read from it.
extension Listeners {
  /// Whether a peer that has connected may come in. If not, this is reported.
  ///
  /// - Parameter isNamed: whether it may come in although no `--allow` names it.
  func admits(
    _ address: SocketAddress, over connection: AsyncSocket, isNamed: (AccessPeer) -> Bool = { _ in false }
  ) -> Bool {
    guard let access else { return true }
    let peer = accessPeer(address, over: connection)
    guard let objection = access.objection(to: peer, isNamed: isNamed(peer)) else { return true }
    refused(address, connection.socket.transport, objection, peer.credentials)
    return false
  }

  /// The same once its certificate is known, before a byte of it is handed on.
  func admits(_ stream: any ByteStream, of peer: Peer, isNamed: (AccessPeer) -> Bool) -> Bool {
    guard let access, access.asksForCertificates, let address = peer.address, let connection = stream.socketStream
    else { return true }
    var known =
      connection.origin?.header.source.map(accessPeer(client:))
      ?? accessPeer(address, over: connection.socket)
    let security = stream.security
    known.certificate = security?.chain.first
    guard let objection = access.objection(to: known, isNamed: isNamed(known)) else { return true }
    refused(address, connection.socket.socket.transport, objection, known.credentials, security)
    return false
  }

  /// The same for the sender of a datagram. Only its first denial is reported.
  func admits(sender address: SocketAddress, _ credentials: Credentials?, on socket: AsyncSocket) -> Bool {
    guard let access else { return true }
    // A datagram queued before the kernel was asked for credentials carries none that mean anything.
    let known = credentials.flatMap { $0.processID > 0 ? $0 : nil }
    guard let objection = access.objection(to: AccessPeer(address, isUnix: socket.socket.passesDescriptors, known))
    else { return true }
    if access.isNews(address) { refused(address, socket.socket.transport, objection, known) }
    return false
  }

  /// Reports that a peer was not let in.
  func refused(
    _ address: SocketAddress, _ transport: Transport?, _ reason: String, _ credentials: Credentials? = nil,
    _ security: TLSFacts? = nil
  ) {
    reporter.emit(.denied) {
      $0.peer = .address(address)
      $0.transport = transport
      if let credentials {
        var facts = DatagramFacts()
        facts.credentials = credentials
        $0.facts = facts
      }
      $0.message = reason
      $0.security = security
    }
  }

  /// Whether the senders of Unix datagrams must be known.
  func needsCredentials(on socket: AsyncSocket) -> Bool {
    socket.socket.passesDescriptors && access?.asksForCredentials == true
  }

  /// Lets datagrams in only from those who may send them.
  func guardAccess(to socket: DatagramSocket) {
    guard access != nil else { return }
    let needsCredentials = needsCredentials(on: socket.connection)
    if needsCredentials { try? socket.connection.socket.set(.passCredentials, to: true) }
    socket.admits = { [weak self, connection = socket.connection] address, control in
      guard let self else { return false }
      let credentials = needsCredentials ? Credentials(in: control) : nil
      return admits(sender: address, credentials, on: connection)
    }
  }
}
