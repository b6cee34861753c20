import SocketLoop
import Sockets
import Transfer

// The PROXY protocol: a connection is that of the client whom the proxy names.
extension Acceptor {
  /// Whether the hosts of peers are known only once they have sent a header.
  var readsOrigins: Bool { layers.proxyProtocol?.accepts == true }

  /// Whether a peer is a proxy that the user has named, and so needs no other permission.
  func isNamedProxy(_ peer: AccessPeer) -> Bool { readsOrigins && layers.proxyProtocol?.isNamed(peer) == true }

  /// Reads where a connection is from, and asks again who may come in.
  ///
  /// - Returns: the stream and the client; nil if that may not come in, which has been reported.
  func origin(
    of stream: SocketStream, _ peer: Peer
  ) async throws(OperationError) -> (stream: any ByteStream, peer: Peer)? {
    guard let protocolOfProxies = layers.proxyProtocol, readsOrigins, let address = peer.address else {
      return (stream, peer)
    }
    let opened = try await protocolOfProxies.accept(
      over: stream, from: address, listeners.accessPeer(address, over: stream.socket),
      isPlain: listeners.endpoint.layers.isEmpty)
    let client = stream.origin?.header.source
    guard client.map({ listeners.admits(client: $0, on: stream.socket) }) ?? true,
      takesPlace(client ?? address, stream.socket)
    else {
      _ = await opened.close(.abort, afterEnd: false)
      return nil
    }
    return (opened, client.map(Peer.address) ?? peer)
  }
}

extension Listeners {
  /// What is known of a peer that has connected.
  func accessPeer(_ address: SocketAddress, over connection: AsyncSocket) -> AccessPeer {
    // Unix sockets alone pass descriptors, and know who is at the other end.
    let isUnix = connection.socket.passesDescriptors
    return AccessPeer(address, isUnix: isUnix, isUnix ? try? connection.socket.get(.peerCredentials) : nil)
  }

  /// What is known of a client that a proxy has named.
  func accessPeer(client address: SocketAddress) -> AccessPeer {
    AccessPeer(address, isUnix: IPAddress(address) == nil)
  }

  /// Whether a client that a proxy has named may come in. If not, this is reported.
  func admits(client address: SocketAddress, on connection: AsyncSocket) -> Bool {
    guard let objection = access?.objection(to: accessPeer(client: address)) else { return true }
    refused(address, connection.socket.transport, objection)
    return false
  }
}
