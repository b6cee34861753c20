import SocketLoop
import Sockets
import Transfer

/// Reads and writes the headers of the PROXY protocol, which stand before everything else, even before TLS.
@LoopActor
struct ProxyProtocol {
  let settings: ProxyProtocolSettings
  /// How long a header may take; nil for no limit.
  let limit: Duration?

  nonisolated init?(_ options: ConnectionOptions) {
    guard let settings = options.proxyProtocol else { return nil }
    self.settings = settings
    limit = options.handshakeTimeout
  }

  // MARK: - Peers that connect

  var accepts: Bool { settings.accepts }

  /// Whether a peer may say whose connection it passes on.
  func trusts(_ peer: AccessPeer) -> Bool {
    settings.trusted.isEmpty || isNamed(peer)
  }

  /// Whether a peer is one of the proxies that the user has named.
  func isNamed(_ peer: AccessPeer) -> Bool { settings.trusted.contains { peer.matches($0) } }

  /// Reads the header of a connection, whose stream tells its origin from then on; or makes sure that a peer that is not
  /// trusted has sent none. If this fails, the connection is reset.
  func accept(
    over stream: SocketStream, from address: SocketAddress, _ peer: AccessPeer, isPlain: Bool
  ) async throws(OperationError) -> any ByteStream {
    // TLS takes a header for what it is: no TLS.
    guard trusts(peer) else { return isPlain ? ProxyHeaderGuard(stream) : stream }
    do throws(StreamFailure) {
      stream.origin = ProxiedOrigin(try await stream.readProxyHeader(until: .after(limit)), through: address)
      return stream
    } catch {
      _ = await stream.close(.abort, afterEnd: false)
      throw OperationError(error, of: .address(address))
    }
  }

  // MARK: - Peers that are connected to

  /// Sends a header to a peer that has been connected to, if it is to get one. If this fails, the connection is reset.
  ///
  /// - Parameter partner: the connection that is passed on; nil for one of our own.
  func begin(_ stream: any ByteStream, to peer: Peer, for partner: EndPartner?) async throws(OperationError) {
    guard let header = header(for: partner, own: (stream.facts.local, peer.address)) else { return }
    do throws(LoopError) {
      try await stream.writeAll(header.bytes)
    } catch {
      _ = await stream.close(.abort, afterEnd: false)
      guard case .system(let error) = error else { throw .cancelled }
      throw OperationError(
        .connectionLost, "\(peer) has broken off the connection before its PROXY header: \(error.number)",
        errorNumber: error.number)
    }
  }

  private func header(
    for partner: EndPartner?, own: (local: SocketAddress?, peer: SocketAddress?)
  ) -> ProxyHeader? {
    guard let sends = settings.sends else { return nil }
    if case .pass = sends, var header = partner?.facts.origin?.header {
      let replaced = Set(settings.fields.map(\.type))
      header.fields = header.fields.filter { !replaced.contains($0.type) } + settings.fields
      return header
    }
    var version = ProxyHeader.Version.binary
    if case .version(let wanted) = sends { version = wanted }
    let (source, destination) = partner.map { ($0.peer.address, $0.facts.local) } ?? own
    guard let source, let destination else { return ProxyHeader(version, .local) }
    return ProxyHeader(version, .client(from: source.unmapped, to: destination.unmapped), settings.fields)
  }
}
