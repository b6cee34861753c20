import SocketLoop
import Sockets
import Transfer

/// From an endpoint to a connection: resolve, order, prepare each socket, try, and say why where nothing answers.
@LoopActor
struct PeerConnector {
  let endpoint: Endpoint
  let transport: Transport
  let link: LinkOptions
  let journal: Journal
  private let source = SourceFile()

  init(endpoint: Endpoint, transport: Transport, link: LinkOptions, journal: Journal) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
    self.journal = journal
  }

  /// Removes the file of a Unix socket that `-s` made. To be called when the connection is over.
  func removeSourceFile() { source.file?.remove() }

  func connect() async throws(OperationError) -> (AsyncSocket, SocketAddress) {
    if case .descriptor(let number) = endpoint.target { return try adopt(number) }
    let addresses = try await addresses()
    return try await connect(toFirstOf: addresses)
  }

  /// A socket that was inherited connected.
  private func adopt(_ number: CInt) throws(OperationError) -> (AsyncSocket, SocketAddress) {
    if link.sourceHost != nil || link.sourcePort != nil {
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
    try preparation.of(connection.socket).adjust(connection.socket, number: number)
    return (connection, peer)
  }

  /// A connection as a socket of datagrams.
  ///
  /// - Parameter coalesces: as ``DatagramSocket`` has it.
  func datagramSocket(
    _ connection: AsyncSocket, _ peer: SocketAddress, coalesces: Bool
  ) throws(OperationError) -> DatagramSocket {
    let isInherited = endpoint.isDescriptor
    let isMany = !isInherited && connection.socket.isAnsweredByMany(sendingTo: peer)
    let source = link.packets.origin?.packetInfo(of: connection.socket.family)
    if isMany || source != nil {
      do throws(SystemError) {
        // So that it has a port to tell.
        let local = try connection.socket.localAddress()
        if local.port == 0 { try connection.socket.bind(to: local) }
      } catch {
        throw OperationError(error, while: .connecting)
      }
    }
    let socket = DatagramSocket(
      connection, peer: peer, coalesces: coalesces && !isInherited && journal.controlSize == 0,
      controlSize: journal.controlSize, isAnsweredByMany: isMany, source: source)
    socket.didNotify = { [journal] in journal.notification($0, of: $1) }
    return socket
  }

  private var preparation: SocketPreparation { preparation(reportingTo: journal) }

  private func preparation(reportingTo journal: Journal) -> SocketPreparation {
    SocketPreparation(
      transport: transport, options: link.socketOptions, journal: journal, packets: link.packets,
      settings: link.protocolSettings)
  }

  private var resolver: EndpointResolver {
    EndpointResolver(transport: transport, family: link.family, journal: journal, interface: link.interface)
  }

  /// Where the endpoint may be, and where a socket can go from our source address.
  func addresses() async throws(OperationError) -> [SocketAddress] {
    try await resolver.addresses(endpoint, role: .peer)
  }

  func connect(toFirstOf addresses: [SocketAddress]) async throws(OperationError) -> (AsyncSocket, SocketAddress) {
    let sources = try await sources()
    var reachable = addresses
    if !sources.isEmpty {
      reachable = addresses.filter { address in sources.contains { $0.family == address.family } }
      if reachable.isEmpty {
        throw OperationError(
          .usage, "the source \(sources[0]) and the peer \(endpoint) have no address family in common")
      }
    }
    let origin = link.packets.origin
    if let origin {
      reachable = reachable.filter { origin.packetInfo(of: $0.family) != nil }
      if reachable.isEmpty {
        throw OperationError(.usage, "--from \(origin) and the peer \(endpoint) have no address family in common")
      }
    }
    let preparation = preparation
    let connector = Connector(transport: transport, timeout: link.connectTimeout) {
      (socket, address) throws(SystemError) in
      // Who reports an error, and which, is in the queue that this option fills.
      if transport.hearsOfNetworkErrors {
        try? socket.set(.receiveErrors(address.family), to: true)
      }
      let wanted = sources.first { $0.family == address.family } ?? transport.replyAddress
      if let wanted, wanted.file != nil {
        try preparation.prepare(socket)
        try source.bind(socket, to: wanted)
      } else {
        try preparation.prepare(socket, source: wanted)
      }
    } connects: {
      // Connected it would take in only what is sent to the address that the kernel chose.
      origin == nil && !$0.isAnsweredByMany(sendingTo: $1)
    } willTry: { address in
      journal.emit(.attempt) {
        $0.transport = transport
        $0.peer = .address(address)
      }
    }
    let (connection, peer): (AsyncSocket, SocketAddress)
    do throws(Connector.Failure) {
      (connection, peer) = try await connector.connect(toFirstOf: reachable)
    } catch {
      source.file?.remove()
      throw source.failure ?? failure(error.attempts)
    }
    try link.checkStream(of: connection, peer: .address(peer))
    return (connection, peer)
  }

  /// Makes one more connection, prepared as the first was and from the same address; nothing is told of it.
  func connectAgain(
    to peer: SocketAddress, as first: AsyncSocket, until deadline: MonotonicTime
  ) async throws(LoopError) -> AsyncSocket {
    let preparation = preparation(reportingTo: .silent)
    return try await AsyncSocket.connect(transport, to: peer, until: deadline) { (socket) throws(SystemError) in
      let source = link.sourceHost == nil ? nil : try first.socket.localAddress().with(port: 0)
      try preparation.prepare(socket, source: source)
    }
  }

  private func sources() async throws(OperationError) -> [SocketAddress] {
    if link.sourceHost == nil, link.sourcePort == nil { return [] }
    if !transport.isOverIP {
      guard let name = link.sourceHost else { return [] }
      let source: Endpoint
      do throws(EndpointError) {
        source = try Endpoint([name], role: .local, addressing: transport.addressing)
      } catch {
        throw OperationError(.usage, "--source: \(error)")
      }
      return try await resolver.addresses(source, role: .local)
    }
    return try await resolver.lookUp(host: link.sourceHost, service: link.sourcePort ?? "0", role: .local)
  }

  private func failure(_ attempts: [Connector.Attempt]) -> OperationError {
    let reasons = attempts.map { ($0.address, reason(of: $0.error)) }
    guard let last = attempts.last else {
      return OperationError(.nameNotFound, "\(endpoint) has no address to connect to")
    }
    let cause: OperationError.Cause
    var number: ErrorNumber?
    switch last.error {
    case .timedOut:
      cause = .timedOut
      number = .timedOut
    case .cancelled: return .cancelled
    case .system(let error):
      // What has a cause of its own on this transport is a refusal there.
      cause =
        error.call == "connect" && transport.cause(ofConnecting: error.number) != nil
        ? .unreachable : OperationError.cause(of: error, while: error.call == "bind" ? .binding : .connecting)
      number = error.number
      if transport.traits.contains(.kernelService), error.number == .noEntry {
        return OperationError(.notSupported, "\(endpoint) is not in this kernel: \(error)", errorNumber: number)
      }
    }
    var message = "connect to \(last.address): \(reason(of: last.error))"
    if attempts.count == 1 {
      // An error of an earlier call (bind, setsockopt, socket) names that call.
      if case .system(let error) = last.error, error.call != "connect" { message = reason(of: last.error) }
    } else {
      message =
        "cannot connect to \(endpoint): every attempt failed\n"
        + reasons.map { "  \($0.0): \($0.1)" }.joined(separator: "\n")
    }
    return OperationError(cause, message, errorNumber: number)
  }

  /// Whether the kernel refuses broadcast addresses for want of `SO_BROADCAST`; for a prohibited route it says the same.
  private var lacksBroadcast: Bool { transport.hearsOfNetworkErrors && !link.packets.broadcast }

  private func reason(of error: LoopError) -> String {
    switch error {
    case .system(let error) where error.call != "connect": OperationError(opening: error, transport: transport).message
    case .system(let error) where error.number == .permissionDenied && lacksBroadcast:
      "\(error.number): to send to a broadcast address add --broadcast"
    case .system(let error) where error.number == .invalidArgument && link.sourceHost != nil && transport.isOverIP:
      "\(error.number): \(link.sourceHost ?? "") is no source from which it can be reached"
    case .system(let error):
      "\(error.number)"
        + (OperationError.missingPrivilege(of: error, transport).map { ": that takes \($0)" }
          ?? transport.cause(ofConnecting: error.number).map { ": \($0)" } ?? "")
    case .timedOut: "timed out: no answer within \(link.connectTimeout.map(describe) ?? "the time allowed")"
    case .cancelled: "given up"
    }
  }
}

/// The Unix socket path that a client has by `-s`: made as safely as a listener's, and removed at the end.
@LoopActor
private final class SourceFile {
  var file: UnixSocketFile?
  var failure: OperationError?

  nonisolated init() {}

  func bind(_ socket: borrowing Socket, to name: SocketAddress) throws(SystemError) {
    do throws(OperationError) {
      file = try UnixSocketFile(binding: socket, to: name)
    } catch {
      failure = error
      throw SystemError(call: "bind", number: error.errorNumber ?? .addressInUse, subject: "to \(name)")
    }
  }
}
