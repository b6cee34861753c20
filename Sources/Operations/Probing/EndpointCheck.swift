import SocketLoop
import Sockets
import Transfer

/// Finds out whether anything is at an endpoint. Over connections it connects, and sends nothing; over UDP, where only a
/// refusal or an answer tells, it sends an empty datagram.
@LoopActor
struct EndpointCheck {
  let dialer: Dialer
  let reporter: EventReporter
  /// How long to wait for a refusal of a datagram, or an answer to it.
  var wait = Duration.seconds(1)

  /// Checks an endpoint.
  ///
  /// - Parameter addresses: the endpoint's addresses, if they have been looked up already.
  func find(_ endpoint: Endpoint, at addresses: [SocketAddress]? = nil) async -> Finding {
    do throws(OperationError) {
      if dialer.transport(to: endpoint).mayRefuseDatagrams, !endpoint.isDescriptor {
        return try await findDatagrams(endpoint, at: addresses)
      }
      let (stream, peer) = try await open(endpoint, at: addresses)
      let record = reporter.opened(.connected, stream, with: peer)
      _ = await stream.close(.atOnce, afterEnd: false)
      dialer.source.removeFile()
      record.closed()
      return Finding(dialer.transport(to: endpoint).findsPeer ? .open : .openOrFiltered, at: peer)
    } catch {
      return Finding(error)
    }
  }

  private func open(
    _ endpoint: Endpoint, at addresses: [SocketAddress]?
  ) async throws(OperationError) -> (any ByteStream, Peer) {
    guard let addresses, endpoint.layers.isEmpty else { return try await dialer.open(endpoint) }
    let (connection, address) = try await dialer.connect(to: addresses, of: endpoint)
    return (SocketStream(connection), .address(address))
  }

  /// Tries the addresses in turn, since a service may use only one of them.
  private func findDatagrams(
    _ endpoint: Endpoint, at known: [SocketAddress]?
  ) async throws(OperationError) -> Finding {
    var addresses: [SocketAddress]
    if let known { addresses = known } else { addresses = try await dialer.addresses(of: endpoint) }
    while true {
      let (connection, address) = try await dialer.connect(to: addresses, of: endpoint)
      do throws(OperationError) {
        return try await exchange(connection, with: address, of: endpoint)
      } catch {
        addresses.removeAll { $0 == address }
        if error.cause != .unreachable || addresses.isEmpty { throw error }
      }
    }
  }

  private func exchange(
    _ connection: AsyncSocket, with peer: SocketAddress, of endpoint: Endpoint
  ) async throws(OperationError) -> Finding {
    let socket = try dialer.datagramSocket(connection, to: peer, of: endpoint, coalesces: false)
    defer { socket.close() }
    let record = reporter.connection(
      .connected, transport: connection.socket.transport, local: socket.localAddress, peer: .address(peer))
    defer { record.closed() }
    do throws(LoopError) {
      try await socket.send(UnsafeRawBufferPointer(start: nil, count: 0))
      let datagram = try await answer(socket, from: peer, until: .after(wait))
      record.datagram(datagram)
      return Finding(.open, at: .address(datagram.peer))
    } catch {
      switch error {
      case .system(let error):
        throw OperationError.datagram(
          error, peer: peer, from: dialer.options.packets.origin, report: socket.latestReport()
        ).advised(onGroup: peer, interface: dialer.options.interface)
      case .timedOut: return Finding(.openOrFiltered, at: .address(peer))
      case .cancelled: throw .cancelled
      }
    }
  }

  /// Waits for an answer of the peer, even if a router reports an error that may pass.
  private func answer(
    _ socket: DatagramSocket, from peer: SocketAddress, until deadline: MonotonicTime
  ) async throws(LoopError) -> DatagramSocket.Datagram {
    while true {
      let datagram = try await socket.answer(until: deadline)
      if socket.mayAnswer(datagram.peer, for: peer) { return datagram }
    }
  }
}

extension Transport {
  /// UDP and UDP-Lite: an empty datagram may provoke a refusal, and disturbs hardly anything.
  var mayRefuseDatagrams: Bool { isOverIP && type == .datagram && !isConnectionOriented }
}
