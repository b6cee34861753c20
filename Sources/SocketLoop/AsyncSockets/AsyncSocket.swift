import Sockets

/// A socket on the event loop. Its calls suspend the task where the plain ones would block, and other tasks run
/// meanwhile.
///
/// It owns the descriptor until the caller closes it. For other calls, use ``socket`` and wait with ``watch`` when
/// they would block.
@LoopActor
public final class AsyncSocket {
  /// The socket itself, non-blocking.
  public nonisolated let socket: Socket
  /// The watch of its descriptor, for waits that have no method here.
  public nonisolated let watch: Watch

  /// Takes ownership of a socket.
  ///
  /// It must be non-blocking.
  public nonisolated init(_ socket: consuming Socket) {
    watch = Watch(socket.descriptor, bothWays: true)
    self.socket = socket
  }

  /// Cancels all waits on the socket.
  ///
  /// The descriptor is closed with the last reference to this object.
  public func close() { watch.close(staysOpen: !isUnshared) }

  /// Whether no other process has the socket, so that it closes with this object. That saves a system call.
  package var isUnshared = false

  // MARK: - Connecting and accepting

  /// Opens a socket, lets `configure` set its options and local address, and connects it.
  ///
  /// Calls `socket(2)`, `connect(2)`, and if that must wait, `getsockopt(2)` for `SO_ERROR`. A socket that turns out to
  /// be connected to itself is closed, and the connection counts as refused (see ``SystemError/isOfSelfConnection``).
  ///
  /// - Parameters:
  ///   - transport: the transport to use.
  ///   - address: the peer.
  ///   - deadline: when to give up.
  ///   - namespace: the network namespace to open it in; nil for that of the thread.
  ///   - configure: called before the socket is connected.
  ///   - connects: whether to connect the socket, or only prepare it for sending to the address.
  public static func connect(
    _ transport: Transport, to address: SocketAddress, until deadline: MonotonicTime = .never,
    in namespace: NetworkNamespace? = nil,
    configure: (borrowing Socket) throws(SystemError) -> Void = { _ in },
    connects: (borrowing Socket) -> Bool = { _ in true }
  ) async throws(LoopError) -> AsyncSocket {
    let connection: AsyncSocket
    do throws(SystemError) {
      let socket = try Socket.open(transport, family: address.family, mode: .nonBlocking, in: namespace)
      try configure(socket)
      if socket.traits.contains(.kernelService) {
        try socket.bind(to: address)
        return AsyncSocket(try socket.acceptRequest())
      }
      connection = AsyncSocket(socket)
    } catch {
      throw .system(error)
    }
    connection.isUnshared = true
    guard connects(connection.socket) else { return connection }
    do throws(LoopError) {
      try await connection.finish(connectingTo: address, until: deadline)
      try connection.refuseItself(at: address)
    } catch {
      connection.close()
      throw error
    }
    return connection
  }

  /// Throws if the socket is connected to itself, and makes its close a reset: TIME_WAIT would keep the port from a
  /// server that is about to start.
  private func refuseItself(at address: SocketAddress) throws(LoopError) {
    guard socket.isConnectedToItself(at: address) else { return }
    try? socket.set(.linger, to: Duration.zero)
    throw .system(.selfConnection(to: address))
  }

  private func finish(
    connectingTo address: SocketAddress, until deadline: MonotonicTime
  ) async throws(LoopError) {
    if socket.traits.contains(.bindsToPeer) {
      do throws(SystemError) { try socket.bind(to: address) } catch { throw .system(error) }
      return
    }
    if socket.traits.contains(.listensForMessages) { return try await associate(with: address, until: deadline) }
    while true {
      do throws(SystemError) {
        if try socket.connect(to: address) == .connected { return }
        break
      } catch {
        // No event reports that the backlog has room again, so try again after a while.
        let isBacklogFull = error.number == .wouldBlock && socket.traits.contains(.fullBacklogIsNoEvent)
        guard isBacklogFull else { throw .system(error) }
      }
      if MonotonicTime.now >= deadline { throw .timedOut }
      let pause = min(deadline, MonotonicTime.now.advanced(by: .milliseconds(5)))
      do throws(WaitError) { try await EventLoop.sleep(until: pause) } catch { throw LoopError(error) }
    }
    try await watch.writable(until: deadline)
    do throws(SystemError) {
      try socket.finishConnecting(to: address)
    } catch {
      throw .system(error)
    }
  }

  /// Connects a socket that may have several associations. No event reports the outcome, so a thread waits for it.
  private func associate(with address: SocketAddress, until deadline: MonotonicTime) async throws(LoopError) {
    let result: Result<Void, SystemError>
    do throws(WaitError) {
      result = try await EventLoop.offload(until: deadline) { [self] in
        Result { () throws(SystemError) in
          try socket.setBlockingMode(.blocking)
          _ = try socket.connect(to: address)
          try socket.setBlockingMode(.nonBlocking)
        }
      }
    } catch {
      throw LoopError(error)
    }
    do throws(SystemError) { try result.get() } catch { throw .system(error) }
  }

  /// Waits for and accepts the next connection of a listening socket.
  public func accept(
    until deadline: MonotonicTime = .never
  ) async throws(LoopError) -> (connection: AsyncSocket, peer: SocketAddress) {
    while true {
      do throws(SystemError) {
        switch try socket.accept(mode: .nonBlocking) {
        case .connection(let accepted, let peer): return (AsyncSocket(accepted), peer)
        case .wouldBlock: break
        }
      } catch {
        throw .system(error)
      }
      try await watch.readable(until: deadline)
    }
  }

  // MARK: - Bytes

  /// Waits until data arrives, and receives at most `count` bytes.
  ///
  /// Returns an empty array at the end of a stream.
  public func receive(
    upTo count: Int = 65_536, until deadline: MonotonicTime = .never
  ) async throws(LoopError) -> [UInt8] {
    while true {
      var wouldBlock = false
      let bytes: [UInt8]
      do throws(SystemError) {
        bytes = try [UInt8](capacity: count) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
          wouldBlock = try socket.receive(into: &buffer, flags: .doNotWait) == .wouldBlock
        }
      } catch {
        throw .system(error)
      }
      if !wouldBlock { return bytes }
      try await watch.readable(until: deadline)
    }
  }

  /// Sends all bytes, waiting whenever the socket is not writable.
  public func send(_ bytes: [UInt8], until deadline: MonotonicTime = .never) async throws(LoopError) {
    var sent = 0
    repeat {
      let result: IOResult
      do throws(SystemError) {
        result = try socket.send(bytes.span.extracting(sent...), flags: .doNotWait)
      } catch {
        throw .system(error)
      }
      switch result {
      case .moved(let count): sent += count
      case .wouldBlock: try await watch.writable(until: deadline)
      }
    } while sent < bytes.count
  }
}
