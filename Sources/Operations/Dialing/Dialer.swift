import SocketLoop
import Sockets
import Transfer

/// Opens connections to endpoints: resolves each, and tries its addresses by Happy Eyeballs (RFC 8305).
@LoopActor
struct Dialer {
  /// The transport for endpoints that do not name one.
  let transport: Transport
  let options: ConnectionOptions
  let reporter: EventReporter
  /// The local address to connect from.
  let source: SourceAddress
  /// The implementations of the layers that endpoints name.
  let layers: StreamLayers

  init(
    transport: Transport, options: ConnectionOptions, reporter: EventReporter, layers: StreamLayers? = nil
  ) {
    self.layers = layers ?? StreamLayers(options)
    self.transport = transport
    self.options = options
    self.reporter = reporter
    source = SourceAddress(options)
  }

  /// Connects to an endpoint, or adopts an inherited connected socket, and opens the endpoint's layers over it.
  ///
  /// - Parameters:
  ///   - addresses: its addresses, if they are known.
  ///   - partner: the connection that this one is opened for; nil if there is none.
  /// - Throws: if no address could be connected, an error that lists each attempt with its cause.
  func open(
    _ endpoint: Endpoint, at addresses: [SocketAddress]? = nil, for partner: EndPartner? = nil
  ) async throws(OperationError) -> (stream: any ByteStream, peer: Peer) {
    let (connection, address): (AsyncSocket, SocketAddress)
    if case .descriptor(let number) = endpoint.target {
      (connection, address) = try adopt(number, for: endpoint)
    } else if endpoint.layers == [.dtls] {
      return try await openSession(with: endpoint)
    } else {
      let client = try options.client(behind: partner)
      let known = if let addresses { addresses } else { try await self.addresses(of: endpoint) }
      (connection, address) = try await connect(to: known, of: endpoint, from: client)
    }
    let peer = Peer.address(address)
    let stream = SocketStream(connection)
    try await layers.proxyProtocol?.begin(stream, to: peer, for: partner)
    if endpoint.layers.isEmpty { return (stream, peer) }
    return (try await layers.open(endpoint, over: stream, with: peer, accepted: false), peer)
  }

  /// The transport of a connection to an endpoint.
  func transport(to endpoint: Endpoint) -> Transport { endpoint.transport ?? transport }

  /// The addresses of an endpoint, in the order in which the resolver prefers them.
  func addresses(of endpoint: Endpoint) async throws(OperationError) -> [SocketAddress] {
    try await resolver(for: endpoint).addresses(endpoint, role: .peer)
  }

  /// Connects to the first of an endpoint's addresses that answers.
  ///
  /// - Parameter client: the address of another host to connect from; nil for one of our own.
  func connect(
    to addresses: [SocketAddress], of endpoint: Endpoint, from client: SocketAddress? = nil
  ) async throws(OperationError) -> (AsyncSocket, SocketAddress) {
    let transport = transport(to: endpoint)
    let sources =
      if let client { [client] } else { try await source.addresses(for: transport, resolver(for: endpoint)) }
    let reachable = try reachable(addresses, from: sources, endpoint)
    let connector = connector(for: transport, from: sources)
    let (connection, address): (AsyncSocket, SocketAddress)
    do throws(Connector.Failure) {
      (connection, address) = try await connector.connect(toFirstOf: reachable)
    } catch {
      source.removeFile()
      if let client, client.port != 0, error.isOfTakenPort {
        return try await connect(to: addresses, of: endpoint, from: client.with(port: 0))
      }
      throw source.failure
        ?? DialFailure(endpoint: endpoint, transport: transport, options: options, attempts: error.attempts).error
    }
    try options.checkStream(of: connection, peer: .address(address))
    return (connection, address)
  }

  /// Opens another connection to the address of an open one, with the same options and local address, without reporting
  /// it.
  func reopen(
    _ endpoint: Endpoint, at address: SocketAddress, like first: AsyncSocket, until deadline: MonotonicTime
  ) async throws(LoopError) -> AsyncSocket {
    let preparation = preparation(for: transport(to: endpoint), reportingTo: .silent)
    return try await AsyncSocket.connect(preparation.transport, to: address, until: deadline, in: options.namespace) {
      (socket) throws(SystemError) in
      let local = options.sourceHost == nil ? nil : try first.socket.localAddress().with(port: 0)
      try preparation.prepare(socket, source: local)
    }
  }

  /// Takes ownership of an inherited connected socket.
  func adopt(_ number: CInt, for endpoint: Endpoint) throws(OperationError) -> (AsyncSocket, SocketAddress) {
    if source.isChosen {
      throw OperationError(.usage, "fd:\(number) is connected already: --source and --source-port come too late")
    }
    let connection: AsyncSocket
    let peer: SocketAddress
    do throws(SystemError) {
      let socket = try Socket.adopt(number)
      peer = try socket.peerAddress()
      try socket.setBlockingMode(.nonBlocking)
      connection = AsyncSocket(socket)
    } catch {
      throw OperationError(.system, "fd:\(number): \(error)", errorNumber: error.number)
    }
    let preparation = preparation(for: transport(to: endpoint), reportingTo: reporter)
    try preparation.of(connection.socket).adjust(connection.socket, number: number)
    return (connection, peer)
  }

  /// The addresses of the same family as the local address and `--from`.
  private func reachable(
    _ addresses: [SocketAddress], from sources: [SocketAddress], _ endpoint: Endpoint
  ) throws(OperationError) -> [SocketAddress] {
    var reachable = addresses
    if !sources.isEmpty {
      reachable = addresses.filter { address in sources.contains { $0.family == address.family } }
      if reachable.isEmpty {
        throw OperationError(
          .usage, "the source \(sources[0].briefDescription) and the peer \(endpoint) have no address family in common")
      }
    }
    if let origin = options.packets.origin {
      reachable = reachable.filter { origin.packetInfo(of: $0.family) != nil }
      if reachable.isEmpty {
        throw OperationError(.usage, "--from \(origin) and the peer \(endpoint) have no address family in common")
      }
    }
    return reachable
  }

  private func connector(for transport: Transport, from sources: [SocketAddress]) -> Connector {
    let preparation = preparation(for: transport, reportingTo: reporter)
    let hasOrigin = options.packets.origin != nil
    return Connector(transport: transport, timeout: options.connectTimeout, in: options.namespace) {
      [source, isAsClient = options.isAsClient] (socket, address) throws(SystemError) in
      // IP_RECVERR: the error queue tells which host reported an error, and which error.
      if transport.reportsNetworkErrors { try? socket.set(.receiveErrors(address.family), to: true) }
      let local = sources.first { $0.family == address.family } ?? transport.replyAddress
      if let local, local.file != nil {
        try preparation.prepare(socket)
        try source.bind(socket, to: local)
      } else if isAsClient, let local {
        try preparation.prepare(socket)
        try socket.bind(asClient: local)
      } else {
        try preparation.prepare(socket, source: local)
      }
    } connects: {
      // A connected socket receives only what is sent to the local address that the kernel chose.
      !hasOrigin && !$0.isAnsweredByMany(sendingTo: $1)
    } willTry: { [reporter] address in
      reporter.emit(.attempt) {
        $0.transport = transport
        $0.peer = .address(address)
      }
    }
  }

  /// How sockets to endpoints of a transport are set up.
  func preparation(for transport: Transport, reportingTo reporter: EventReporter) -> SocketPreparation {
    var preparation = SocketPreparation(
      transport: transport, options: options.socketOptions, reporter: reporter, packets: options.packets,
      settings: options.protocolSettings)
    preparation.namespace = options.namespace
    if options.isAsClient { preparation.packets.isTransparent = true }
    return preparation
  }

  private func resolver(for endpoint: Endpoint) -> EndpointResolver {
    EndpointResolver(
      transport: transport(to: endpoint), family: endpoint.family(or: options.family), reporter: reporter,
      interface: options.interface, namespace: options.namespace)
  }
}

/// The local address that `--source` and `--source-port` choose for a client; for a Unix socket, a path.
///
/// The file at a path is created as safely as a listener's, and removed when the connection ends.
@LoopActor
final class SourceAddress {
  private let host: String?
  private let port: String?
  private var file: UnixSocketFile?
  /// Why the file could not be created, in more detail than an errno gives.
  private(set) var failure: OperationError?

  init(_ options: ConnectionOptions) {
    host = options.sourceHost
    port = options.sourcePort
  }

  /// Whether the user chose a local address or port.
  var isChosen: Bool { host != nil || port != nil }

  /// The addresses to choose from, by the peer's family; empty to leave it to the kernel.
  func addresses(
    for transport: Transport, _ resolver: EndpointResolver
  ) async throws(OperationError) -> [SocketAddress] {
    guard isChosen else { return [] }
    if transport.isOverIP { return try await sourceAddresses(resolver) }
    guard let host else { return [] }
    let endpoint: Endpoint
    do throws(EndpointError) {
      endpoint = try Endpoint([host], role: .local, addressing: transport.addressing)
    } catch {
      throw OperationError(.usage, "--source: \(error)")
    }
    return try await resolver.addresses(endpoint, role: .local)
  }

  private func sourceAddresses(_ resolver: EndpointResolver) async throws(OperationError) -> [SocketAddress] {
    do throws(OperationError) {
      return try await resolver.lookUp(host: host, service: port ?? "0", role: .local)
    } catch {
      var error = error
      error.message = "\(host == nil ? "--source-port" : "--source"): \(error.message)"
      throw error
    }
  }

  /// Binds a Unix socket to a path, and keeps the file in order to remove it.
  func bind(_ socket: borrowing Socket, to path: SocketAddress) throws(SystemError) {
    do throws(OperationError) {
      file = try UnixSocketFile(binding: socket, to: path)
    } catch {
      failure = error
      throw SystemError(call: "bind", number: error.errorNumber ?? .addressInUse, subject: "to \(path)")
    }
  }

  /// Removes the file, if one was created. Called when the connection has ended.
  func removeFile() { file?.remove() }
}
