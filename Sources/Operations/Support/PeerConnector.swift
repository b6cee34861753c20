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
        $0.peer = address
      }
    }
    let (connection, peer): (AsyncSocket, SocketAddress)
    do throws(Connector.Failure) {
      (connection, peer) = try await connector.connect(toFirstOf: reachable)
    } catch {
      source.file?.remove()
      throw source.failure ?? failure(error.attempts)
    }
    try link.checkStream(of: connection, peer: peer)
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
      // A failure that means something else on this transport is a refusal there.
      let isRefusal = error.call == "connect" && ErrorCause.of(error, on: transport)?.advice == []
      cause =
        isRefusal
        ? .unreachable : OperationError.cause(of: error, while: error.call == "bind" ? .binding : .connecting)
      number = error.number
      if transport.traits.contains(.kernelService), error.number == .noEntry {
        return OperationError(.notSupported, "\(endpoint) is not in this kernel: \(error)", errorNumber: number)
      }
    }
    if attempts.count > 1 {
      var failure = OperationError(
        cause, "cannot connect to \(endpoint): every attempt failed", errorNumber: number)
      failure.attempts = attempts.map { attempt in
        let reason = self.reason(of: attempt.error)
        return .init(message: "\(attempt.address): \(reason.message)", advice: reason.advice)
      }
      return failure
    }
    let reason = self.reason(of: last.error)
    var message = "connect to \(last.address): \(reason.message)"
    // An error of an earlier call (bind, setsockopt, socket) names that call.
    if case .system(let error) = last.error, error.call != "connect" { message = reason.message }
    return OperationError(cause, message, errorNumber: number, advice: reason.advice)
  }

  private func reason(of error: LoopError) -> OperationError.Attempt {
    switch error {
    case .system(let error) where error.call != "connect":
      let failure = OperationError(opening: error, transport: transport)
      return .init(message: failure.message, advice: failure.advice)
    case .system(let error) where error.number == .invalidArgument && link.sourceHost != nil && transport.isOverIP:
      return .init(message: "\(error.number): \(link.sourceHost ?? "") is no source from which it can be reached")
    case .system(let error):
      guard let known = ErrorCause.of(error, on: transport) else { return .init(message: "\(error.number)") }
      if known.advice.isEmpty { return .init(message: "\(error.number): \(known.cause)") }
      // With SO_BROADCAST set it is a prohibited route, which is refused in the same way.
      let advice = known.advice.filter { $0.privilege != nil || !link.packets.broadcast }
      return .init(message: "\(error.number)", advice: advice)
    case .timedOut:
      return .init(message: "timed out: no answer within \(link.connectTimeout.map(describe) ?? "the time allowed")")
    case .cancelled: return .init(message: "given up")
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
