import SocketLoop
import Sockets
import Transfer

/// How an exchange of datagrams with one address of a peer ended.
enum DatagramExchange: Sendable {
  case finished
  /// Nothing receives there. Nothing is lost by trying another address.
  case refused(OperationError)
}

extension Dialer {
  /// Exchanges datagrams with the first address of an endpoint where something receives.
  ///
  /// connect(2) of a datagram socket succeeds with any address: only an ICMP error shows that the next one is to be tried.
  ///
  /// - Parameters:
  ///   - policy: how often to try again where the name server or a Unix socket does not answer.
  ///   - exchange: exchanges datagrams with one address; told whether it is one of several.
  func exchangeDatagrams(
    with endpoint: Endpoint, retrying policy: RetryPolicy = RetryPolicy(),
    _ exchange: (AsyncSocket, SocketAddress, _ isOneOfSeveral: Bool) async throws(OperationError) -> DatagramExchange
  ) async throws(OperationError) {
    var addresses: [SocketAddress] = []
    if !endpoint.isDescriptor {
      addresses = try await retrying(policy) { () async throws(OperationError) in try await self.addresses(of: endpoint)
      }
    }
    let isOneOfSeveral = addresses.count > 1
    var refusals: [OperationError] = []
    while true {
      let (connection, peer): (AsyncSocket, SocketAddress)
      if case .descriptor(let number) = endpoint.target {
        (connection, peer) = try adopt(number, for: endpoint)
      } else {
        let left = addresses
        (connection, peer) = try await retrying(policy) { () async throws(OperationError) in
          try await connect(to: left, of: endpoint)
        }
      }
      addresses.removeAll { $0 == peer }
      guard case .refused(let error) = try await exchange(connection, peer, isOneOfSeveral) else { return }
      connection.close()
      refusals.append(error)
      if addresses.isEmpty { throw Self.failure(refusals, endpoint) ?? error }
      report(error, at: peer, of: endpoint)
    }
  }

  /// Opens a session of DTLS with the first address of an endpoint that answers.
  func openSession(with endpoint: Endpoint) async throws(OperationError) -> (stream: any ByteStream, peer: Peer) {
    var addresses = try await addresses(of: endpoint)
    var failures: [OperationError] = []
    while true {
      let (connection, address) = try await connect(to: addresses, of: endpoint)
      let peer = Peer.address(address)
      do throws(OperationError) {
        return (try await layers.open(endpoint, over: SocketStream(connection), with: peer, accepted: false), peer)
      } catch {
        guard error.cause == .unreachable || error.cause == .timedOut else { throw error }
        addresses.removeAll { $0 == address }
        failures.append(error)
        if addresses.isEmpty { throw Self.failure(failures, endpoint) ?? error }
        report(error, at: address, of: endpoint)
      }
    }
  }

  private func report(_ error: OperationError, at address: SocketAddress, of endpoint: Endpoint) {
    reporter.emit(.attempt) {
      $0.transport = transport(to: endpoint)
      $0.peer = .address(address)
      $0.errorNumber = error.errorNumber
      $0.message = error.message
      $0.advice = error.advice
    }
  }

  /// The error of several addresses that all refused.
  private static func failure(_ refusals: [OperationError], _ endpoint: Endpoint) -> OperationError? {
    guard refusals.count > 1, let last = refusals.last else { return nil }
    var failure = OperationError(
      last.cause, "cannot reach \(endpoint): every attempt failed", errorNumber: last.errorNumber)
    failure.attempts = refusals.map { .init(message: $0.message, advice: $0.advice) }
    return failure
  }

  /// Opens a connection as a datagram socket. It is bound to a port first if answers may come from addresses other than
  /// the peer's.
  ///
  /// - Parameter coalesces: whether to request `UDP_GRO`, see ``DatagramSocket``.
  func datagramSocket(
    _ connection: AsyncSocket, to peer: SocketAddress, of endpoint: Endpoint, coalesces: Bool
  ) throws(OperationError) -> DatagramSocket {
    let isInherited = endpoint.isDescriptor
    let isMany = !isInherited && connection.socket.isAnsweredByMany(sendingTo: peer)
    let origin = options.packets.origin?.packetInfo(of: connection.socket.family)
    if isMany || origin != nil {
      do throws(SystemError) {
        // An unconnected socket gets its port with the first datagram, which would be too late to report it.
        let local = try connection.socket.localAddress()
        if local.port == 0 { try connection.socket.bind(to: local) }
      } catch {
        throw OperationError(error, while: .connecting)
      }
    }
    let socket = DatagramSocket(
      connection, peer: peer, coalesces: coalesces && !isInherited && reporter.controlSize == 0,
      controlSize: reporter.controlSize, isAnsweredByMany: isMany, source: origin,
      userOptions: options.socketOptions.names)
    socket.ignoresRefusals = options.ignoresRefusals
    socket.didNotify = { [reporter] in reporter.notification($0, of: $1) }
    return socket
  }
}
