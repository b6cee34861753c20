import SocketLoop
import Sockets
import Transfer

/// The implementation of an ``Endpoint/Layer``: a protocol over a stream, such as TLS.
package protocol StreamLayer: Sendable {
  /// Opens the layer on an outgoing connection to an endpoint, whose host is the name to verify.
  @LoopActor
  func open(
    over stream: any ByteStream, to peer: Peer, at endpoint: Endpoint
  ) async throws(OperationError) -> any ByteStream

  /// Opens the layer on an accepted connection.
  @LoopActor
  func accept(over stream: any ByteStream, from peer: Peer) async throws(OperationError) -> any ByteStream
}

/// The layers that endpoints can name.
package struct StreamLayers: Sendable {
  private let layers: [Endpoint.Layer: any StreamLayer]

  /// The headers that stand before all layers; nil for none.
  private(set) var proxyProtocol: ProxyProtocol?

  package init(_ layers: [Endpoint.Layer: any StreamLayer] = [:]) { self.layers = layers }

  /// No layers.
  private static let none = StreamLayers()

  /// The layers of a run, with its options.
  init(_ options: ConnectionOptions) {
    self = options.tls.map { StreamLayers([.tls: $0, .dtls: $0]) } ?? .none
    proxyProtocol = ProxyProtocol(options)
  }

  /// What accepts connections on a socket of an endpoint in the socket's place; nil if the socket does.
  @LoopActor
  func listener(on socket: AsyncSocket, of listeners: Listeners) throws(OperationError) -> DTLSListener? {
    guard listeners.endpoint.layers == [.dtls] else { return nil }
    return try (layers[.dtls] as? TLSLayer)?.listener(on: socket, of: listeners)
  }

  /// Opens the layers of an endpoint over a connection, the lowest first. If one fails, the connection is closed, so that
  /// the peer gets what the layer told it; if there is no such layer, it is reset.
  @LoopActor
  func open(
    _ endpoint: Endpoint, over stream: any ByteStream, with peer: Peer, accepted: Bool
  ) async throws(OperationError) -> any ByteStream {
    var stream = stream
    for name in endpoint.layers {
      guard let layer = layers[name] else {
        _ = await stream.close(.abort, afterEnd: false)
        throw OperationError(.notSupported, "there is no layer \(name): leave it out of the endpoint")
      }
      do throws(OperationError) {
        stream =
          accepted
          ? try await layer.accept(over: stream, from: peer)
          : try await layer.open(over: stream, to: peer, at: endpoint)
      } catch {
        _ = await stream.close(.delivered(within: .seconds(1)), afterEnd: false)
        throw error
      }
    }
    return stream
  }
}
