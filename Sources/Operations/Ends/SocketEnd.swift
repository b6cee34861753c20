import SocketLoop
import Sockets
import Transfer

/// A socket as an end of a relay: one to listen on, or an address to connect to.
package struct SocketEnd: EndMeaning {
  package var role: End.Role
  package var endpoint: Endpoint
  /// The transport, unless the endpoint names one.
  package var transport: Transport
  package var options: ConnectionOptions
  /// `mode`: the permissions of a Unix socket file to listen on; nil to apply the umask.
  package var mode: UInt32?
  /// Whether to listen on this host's loopback addresses only, as no host was named.
  package var isLocal = false

  package init(role: End.Role, endpoint: Endpoint, transport: Transport, options: ConnectionOptions) {
    self.role = role
    self.endpoint = endpoint
    self.transport = transport
    self.options = options
  }

  package var hasDatagrams: Bool { !(endpoint.transport ?? transport).isConnectionOriented && !endpoint.isDescriptor }

  /// Its options, if it is listened on.
  var accepting: ConnectionOptions? { role == .listen ? options : nil }

  package var keepsMessages: Bool {
    if endpoint.layers == [.dtls] { return true }
    guard !endpoint.isDescriptor, endpoint.layers.isEmpty else { return false }
    return hasDatagrams || (endpoint.transport ?? transport).type.keepsMessageBoundaries
  }

  package func prepare(_ context: EndContext) async throws(OperationError) -> any EndSource {
    try options.tls?.prepare(
      role == .listen ? .server : .client, context.reporter, peerTimeout: role == .listen ? context.peerTimeout : nil)
    switch role {
    case .connect:
      return DialedSource(
        endpoint, Dialer(transport: transport, options: options, reporter: context.reporter))
    case .listen:
      var options = options
      options.access = context.access
      options.service = context.service
      return ListeningSource(
        try await Listeners(
          endpoint, transport: transport, options: options, mode: mode, onlyLocal: isLocal, reporter: context.reporter),
        layers: StreamLayers(options), context.reporter)
    }
  }
}

/// An address that is connected to, once for each connection of a relay.
@LoopActor
final class DialedSource: EndSource {
  private let endpoint: Endpoint
  private let dialer: Dialer

  init(_ endpoint: Endpoint, _ dialer: Dialer) {
    self.endpoint = endpoint
    self.dialer = dialer
  }

  /// An inherited socket can be adopted once, and a Unix client's own path can have one socket at a time.
  var uses: EndUses {
    if endpoint.isDescriptor { return .once }
    return dialer.source.isChosen && !dialer.transport(to: endpoint).isOverIP ? .inTurn : .many
  }

  /// The addresses of the endpoint, if they are written as numbers and so never change.
  private var addresses: [SocketAddress]?

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    if addresses == nil, endpoint.isNumeric { addresses = try await dialer.addresses(of: endpoint) }
    let (stream, peer) = try await dialer.open(endpoint, at: addresses, for: partner)
    stream.socketStream?.mayResetByLinger = dialer.options.socketOptions.contains { $0.option.name == "SO_LINGER" }
    var end = OpenEnd(stream, peer, .connected)
    end.closed = dialer.source.removeFile
    return end
  }

  /// Whether what it opens carries datagrams.
  var hasDatagrams: Bool { !endpoint.isDescriptor && !dialer.transport(to: endpoint).isConnectionOriented }

  /// Opens it as a socket for datagrams.
  func openDatagrams() async throws(OperationError) -> (DatagramSocket, Peer) {
    let (stream, peer) = try await dialer.open(endpoint)
    guard let connection = stream.connection, let address = peer.address else {
      throw OperationError(.usage, "\(endpoint) has no datagrams")
    }
    return (try dialer.datagramSocket(connection, to: address, of: endpoint, coalesces: true), peer)
  }
}

/// A socket that is listened on. On the left of a relay an ``Acceptor`` takes its connections; on the right, each left
/// side gets the next connection that has come.
@LoopActor
final class ListeningSource: EndSource, Handler {
  let listeners: Listeners
  private let layers: StreamLayers
  private let reporter: EventReporter
  /// Connections that no left side has taken yet. Each keeps ``serve(_:_:)`` waiting until it is taken.
  private var waiting: [(end: OpenEnd, place: Suspension)] = []
  private let arrival = Suspension()

  /// How many connections may wait here; further ones wait in the kernel's queue.
  static let mostWaiting = 16

  init(_ listeners: Listeners, layers: StreamLayers, _ reporter: EventReporter) {
    self.listeners = listeners
    self.layers = layers
    self.reporter = reporter
  }

  /// Whether it receives datagrams, and has no connections.
  var hasDatagrams: Bool { listeners.carriesMessages }

  /// Accepts connections for ``open(for:)`` to hand out, until the task is cancelled.
  func accept() async throws(OperationError) {
    _ = try await acceptor(.many(atOnce: Self.mostWaiting)).run(self)
  }

  /// Accepts connections, and opens the layers of the endpoint over each.
  func acceptor(_ limits: AcceptLimits, _ service: Service? = nil) -> Acceptor {
    Acceptor(listeners, limits, reporter, layers: layers, service: service)
  }

  func serve(_ stream: any ByteStream, _ peer: Peer) async -> ServiceOutcome {
    let place = Suspension()
    waiting.append((OpenEnd(stream, peer, .accepted), place))
    arrival.resume()
    do throws(WaitError) {
      try await place.suspend()
    } catch {
      waiting.removeAll { $0.place === place }
      _ = await stream.close(.abort, afterEnd: false)
    }
    return .served
  }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    while waiting.isEmpty {
      do throws(WaitError) { try await arrival.suspend() } catch { throw .cancelled }
    }
    let (end, place) = waiting.removeFirst()
    place.resume()
    return end
  }

  func close() { listeners.close() }
}
