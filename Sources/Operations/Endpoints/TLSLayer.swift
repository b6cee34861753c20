import Glibc
import SocketLoop
import Sockets
import Transfer

/// TLS as a layer of endpoints, with the settings of a run.
@LoopActor
package final class TLSLayer: StreamLayer, Rereadable {
  private let settings: TLSSettings
  private struct Use: Hashable { let role: TLSRole, isOverDatagrams: Bool }
  private var contexts: [Use: TLSContext] = [:]
  private var datagramListeners: [DTLSListener] = []
  private var reporter: EventReporter?
  /// The beginning of the data, for a session in which it may be sent early.
  var beginning: [UInt8] = []
  /// How long a peer over datagrams may be silent before it counts as gone.
  private var peerTimeout: Duration?

  package nonisolated init(_ settings: TLSSettings) { self.settings = settings }

  /// Reads the files that the settings name, so that a mistake shows before anything is connected, and tells the user
  /// what else they have to know.
  func prepare(
    _ role: TLSRole, _ reporter: EventReporter, peerTimeout: Duration? = nil
  ) throws(OperationError) {
    self.reporter = reporter
    self.peerTimeout = peerTimeout
    let context = try context(role)
    if role == .client, !settings.verifies {
      reporter.warn("--tls-no-verify: the peer may be anyone, and read and change everything")
    }
    guard let certificate = context.ownCertificate else { return }
    reporter.emit(.certificate) { $0.certificate = certificate }
  }

  /// - Parameter endpoint: the endpoint that is connected to, which may differ from the others of the run.
  private func context(_ role: TLSRole, for endpoint: Endpoint? = nil) throws(OperationError) -> TLSContext {
    var settings = settings
    if let endpoint { settings.isOverDatagrams = endpoint.layers == [.dtls] }
    let use = Use(role: role, isOverDatagrams: settings.isOverDatagrams)
    if let known = contexts[use] { return known }
    do throws(StreamFailure) {
      let made = try TLSContext(settings, role)
      if let reporter { made.setWarning { reporter.warn($0) } }
      contexts[use] = made
      return made
    } catch {
      throw OperationError(error, of: nil)
    }
  }

  /// Whether a client has to have a certificate that an authority of the user's vouches for.
  nonisolated var demandsCertificates: Bool { !settings.clientTrust.isEmpty }

  /// Whether data is to be sent before the handshake is over.
  nonisolated var sendsEarlyData: Bool { settings.sendsEarlyData }

  // MARK: Reading again

  nonisolated var mayChange: Bool { !settings.filesOfServer.isEmpty }
  nonisolated var subject: String { "the certificates of TLS" }
  nonisolated var unchanged: String { "the certificates of TLS stay as they were" }

  /// Reads a server's files again, for connections that are accepted from now on.
  func load(again isAgain: Bool) async throws(OperationError) {
    let use = Use(role: .server, isOverDatagrams: settings.isOverDatagrams)
    guard let earlier = contexts[use] else { return }
    do throws(StreamFailure) {
      let new = try TLSContext(settings, .server, replacing: earlier)
      contexts[use] = new
      for listener in datagramListeners { listener.use(new) }
    } catch {
      throw OperationError(error, of: nil)
    }
  }

  package func open(
    over stream: any ByteStream, to peer: Peer, at endpoint: Endpoint
  ) async throws(OperationError) -> any ByteStream {
    var host: String?
    // The interface of a link-local address is our business only.
    if case .internet(let name?, _) = endpoint.target { host = String(name.prefix { $0 != "%" }) }
    return try await open(over: stream, try context(.client, for: endpoint), with: peer, host: host)
  }

  package func accept(
    over stream: any ByteStream, from peer: Peer
  ) async throws(OperationError) -> any ByteStream {
    try await open(over: stream, try context(.server), with: peer, host: nil)
  }

  func listener(on socket: AsyncSocket, of listeners: Listeners) throws(OperationError) -> DTLSListener? {
    let datagrams = DatagramSocket(socket)
    listeners.guardAccess(to: datagrams)
    let listener = DTLSListener(datagrams, try context(.server)) {
      [unowned listeners] (peer, source) throws(SystemError) in
      try listeners.connected(to: peer, from: source, beside: socket)
    }
    datagramListeners.append(listener)
    return listener
  }

  private func open(
    over stream: any ByteStream, _ context: TLSContext, with peer: Peer, host: String?
  ) async throws(OperationError) -> any ByteStream {
    do throws(StreamFailure) {
      if context.role == .client, let kind = settings.startTLS {
        try await dialogue(kind, over: stream, with: peer).run(host: settings.name ?? host ?? "localhost")
      }
      let opened = try await TLSStream.open(over: stream, with: context, host: host, sending: beginning)
      if let peerTimeout { (opened as? DTLSStream)?.expire(after: peerTimeout) }
      if let file = settings.savedChain { try save(opened.chainInPEM, to: file) }
      return opened
    } catch {
      throw OperationError(error, of: peer)
    }
  }

  private func dialogue(_ kind: StartTLS, over stream: any ByteStream, with peer: Peer) -> StartTLSDialogue {
    StartTLSDialogue(kind, over: stream, within: settings.handshakeTimeout) { [reporter] line in
      reporter?.emit(.starttls) {
        $0.peer = peer
        $0.message = line
      }
    }
  }

  private func save(_ chain: String, to file: String) throws(StreamFailure) {
    do throws(SystemError) {
      let opened = try OwnedDescriptor.open(file, O_WRONLY | O_CREAT | O_TRUNC)
      let bytes = Array(chain.utf8)
      var written = 0
      while written < bytes.count {
        let result = try opened.borrowed.write(
          UnsafeRawBufferPointer(rebasing: bytes.withUnsafeBytes { $0[written...] }))
        guard case .moved(let count) = result else { break }
        written += count
      }
    } catch {
      throw StreamFailure(.settings, "--tls-save-chain \(file): \(error.number)")
    }
  }
}

extension OperationError {
  /// The failure of a layer.
  init(_ failure: StreamFailure, of peer: Peer?) {
    let message = peer.map { "\($0) \(failure.message)" } ?? failure.message
    switch failure.cause {
    case .settings: self.init(.usage, failure.message)
    case .notSupported: self.init(.notSupported, failure.message)
    case .peerProtocol: self.init(.peerProtocol, message)
    case .neverStarted:
      self.init(.peerProtocol, message)
      isOfSilentPeer = true
    case .cut: self.init(.connectionLost, message)
    case .tooLong: self.init(.malformedData, "\(peer.map { "to \($0): " } ?? "")\(failure.message)")
    case .unreachable(let error):
      if let address = peer?.address {
        self = .datagram(error, peer: address)
      } else {
        self.init(error, while: .connecting)
      }
    case .timedOut: self.init(.timedOut, message)
    case .cancelled: self = .cancelled
    }
  }
}
