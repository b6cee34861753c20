import SocketLoop
import Sockets

/// From an endpoint to a connection: resolve, order, prepare each socket, try, and say why where nothing answers.
@LoopActor
struct PeerConnector {
  let endpoint: Endpoint
  let transport: Transport
  let link: LinkOptions
  let journal: Journal

  func connect() async throws(OperationError) -> (AsyncSocket, SocketAddress) {
    let addresses = try await addresses()
    return try await connect(toFirstOf: addresses)
  }

  /// Where the endpoint may be, and where a socket can go from our source address.
  func addresses() async throws(OperationError) -> [SocketAddress] {
    let resolver = EndpointResolver(transport: transport, family: link.family, journal: journal)
    return try await resolver.addresses(endpoint, role: .peer)
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
    let preparation = SocketPreparation(transport: transport, options: link.socketOptions, journal: journal)
    let connector = Connector(transport: transport, timeout: link.connectTimeout) {
      (socket, address) throws(SystemError) in
      let source = sources.first { $0.family == address.family }
      try preparation.prepare(socket, source: source ?? Self.unixReplyAddress(transport))
    } willTry: { address in
      journal.emit(.attempt) {
        $0.transport = transport
        $0.peer = address
      }
    }
    do throws(Connector.Failure) {
      return try await connector.connect(toFirstOf: reachable)
    } catch {
      throw failure(error.attempts)
    }
  }

  /// A Unix datagram peer can answer only a socket with a name: an empty one asks the kernel for an abstract name.
  private static func unixReplyAddress(_ transport: Transport) -> SocketAddress? {
    transport == .unixDatagram ? .unix(.unnamed) : nil
  }

  private func sources() async throws(OperationError) -> [SocketAddress] {
    if link.sourceHost == nil, link.sourcePort == nil { return [] }
    if transport.addressing == .unix {
      guard let name = link.sourceHost else { return [] }
      do throws(AddressError) { return [.unix(try UnixAddress(name))] } catch {
        throw OperationError(.usage, "--source: \(error)")
      }
    }
    let resolver = EndpointResolver(transport: transport, family: link.family, journal: journal)
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
    case .timedOut: cause = .timedOut
    case .cancelled: return .cancelled
    case .system(let error):
      cause = OperationError.cause(of: error.number, while: error.call == "bind" ? .binding : .connecting)
      number = error.number
    }
    var message = "connect to \(last.address): \(reason(of: last.error))"
    if attempts.count == 1 {
      // An error of an earlier call (bind, setsockopt, socket) names that call.
      if case .system(let error) = last.error, error.call != "connect" {
        message = OperationError(opening: error, transport: transport).message
      }
    } else {
      message =
        "cannot connect to \(endpoint): every attempt failed\n"
        + reasons.map { "  \($0.0): \($0.1)" }.joined(separator: "\n")
    }
    return OperationError(cause, message, errorNumber: number)
  }

  private func reason(of error: LoopError) -> String {
    switch error {
    case .system(let error): error.call == "connect" ? "\(error.number)" : "\(error)"
    case .timedOut: "no answer within \(link.connectTimeout.map(describe) ?? "the time allowed")"
    case .cancelled: "given up"
    }
  }
}
