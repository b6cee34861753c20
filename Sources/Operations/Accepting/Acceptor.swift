import SocketLoop
import Sockets
import Transfer

/// Accepts connections on every listening socket of an endpoint, and hands each to a ``Handler``.
///
/// When descriptors or memory run out, connections stay in the kernel's queue, and the acceptor retries until there are
/// enough again. Cancelling its task cancels the connections being served, and waits for them to close.
@LoopActor
final class Acceptor {
  private let listeners: Listeners
  private let limits: AcceptLimits
  private let reporter: EventReporter
  /// Whether a peer may connect. If not, its connection is closed at once and does not count.
  private let admits: (@LoopActor (Peer) -> Bool)?
  private let layers: StreamLayers

  private var accepted = 0
  private var serving = 0
  private var tally = ServiceFailures()
  /// Descriptors or memory have run out, and no connection has been accepted since.
  private var isStarved = false
  /// Accept loops waiting until fewer connections are being served.
  private var waitingForRoom: [Suspension] = []
  /// Connections whose layers are being opened. They count once that is done, so a silent peer keeps nobody else out.
  private var opening: [ObjectIdentifier: AsyncSocket] = [:]
  /// Accept loops that have not ended.
  private var loops = 0
  private var failure: OperationError?
  private let ended = Suspension()

  /// How long to wait for descriptors or memory before trying again.
  private static let pause: Duration = .milliseconds(100)

  /// - Parameter admits: whether a peer may connect; nil to admit every peer.
  init(
    _ listeners: Listeners, _ limits: AcceptLimits, _ reporter: EventReporter,
    admits: (@LoopActor (Peer) -> Bool)? = nil, layers: StreamLayers = StreamLayers()
  ) {
    self.layers = layers
    self.listeners = listeners
    self.limits = limits
    self.reporter = reporter
    self.admits = admits
    if limits.atOnce > 1 { DescriptorLimit.raise() }
  }

  /// Serves until the last connection of a limited number has ended, or without a limit until an error or cancellation.
  ///
  /// - Returns: the connections that failed; the handler has reported their errors.
  /// - Throws: an error that ends the server.
  func run(_ handler: some Handler) async throws(OperationError) -> ServiceFailures {
    if limits.count == 0 || listeners.sockets.isEmpty { return tally }
    loops = listeners.sockets.count
    await withTaskGroup(of: Void.self) { group in
      for index in listeners.sockets.indices {
        group.addTask(executorPreference: EventLoop.shared) { await self.accept(on: index, for: handler) }
      }
      try? await ended.suspend()
      group.cancelAll()
    }
    if let failure { throw failure }
    if Task.isCancelled { throw .cancelled }
    return tally
  }

  /// Accepts on one socket until no more connections are wanted, and waits for those that it accepted.
  ///
  /// - Parameter index: its index in the listeners, since a reference to the socket would keep it open after they
  ///   close.
  private func accept(on index: Int, for handler: some Handler) async {
    await withDiscardingTaskGroup { group in
      do throws(LoopError) {
        while let (connection, peer) = try await next(on: index) {
          group.addTask(executorPreference: EventLoop.shared) { await self.serve(connection, peer, by: handler) }
        }
      } catch {
        if case .system(let error) = error { end(OperationError(error, while: .opening)) }
        group.cancelAll()
      }
    }
    loops -= 1
    if loops == 0 { ended.resume() }
  }

  /// Waits for the next connection to serve; nil once no more are wanted.
  private func next(on index: Int) async throws(LoopError) -> (AsyncSocket, Peer)? {
    while wantsMore, index < listeners.sockets.count {
      let listener = listeners.sockets[index]
      if serving >= limits.atOnce {
        try await waitForRoom()
        continue
      }
      do throws(SystemError) {
        // Not AsyncSocket.accept(): while it waits, a connection on another socket may take the last place.
        switch try listener.socket.accept(mode: .nonBlocking) {
        case .connection(let socket, let address):
          let peer = Peer.address(address)
          if let connection = admit(AsyncSocket(socket), peer) { return (connection, peer) }
          continue
        case .wouldBlock: break
        }
      } catch {
        try await waitForResources(after: error)
        continue
      }
      do throws(LoopError) {
        try await listener.watch.readable()
      } catch {
        // The listeners are closed when the last wanted connection has come.
        if case .cancelled = error, !wantsMore { return nil }
        throw error
      }
    }
    return nil
  }

  private var wantsMore: Bool { accepted < limits.count ?? .max }

  /// Counts a connection. With the last one the listeners close, so that later peers are refused rather than kept
  /// waiting.
  private func admit(_ connection: AsyncSocket, _ peer: Peer) -> AsyncSocket? {
    isStarved = false
    if let admits, !admits(peer) {
      connection.close()
      return nil
    }
    if hasLayers { opening[ObjectIdentifier(connection)] = connection } else { count() }
    return connection
  }

  private var hasLayers: Bool { !listeners.endpoint.layers.isEmpty }

  private func count() {
    accepted += 1
    serving += 1
    if wantsMore { return }
    listeners.close()
    for connection in opening.values { connection.close() }
    // Loops that wait for a free slot can end.
    wakeWaiting()
  }

  private func serve(_ connection: AsyncSocket, _ peer: Peer, by handler: some Handler) async {
    guard let outcome = await outcome(of: connection, peer, by: handler) else { return }
    switch outcome {
    case .served: break
    case .peerFailed(let error): tally.add(error)
    case .serverFailed(let error): end(error)
    }
    serving -= 1
    if serving == limits.atOnce - 1 { wakeWaiting() }
  }

  /// - Returns: nil for a connection that does not count.
  private func outcome(
    of connection: AsyncSocket, _ peer: Peer, by handler: some Handler
  ) async -> ServiceOutcome? {
    let stream = SocketStream(connection)
    if !hasLayers { return await handler.serve(stream, peer) }
    defer { opening[ObjectIdentifier(connection)] = nil }
    do throws(OperationError) {
      let layered = try await layers.open(listeners.endpoint, over: stream, with: peer, accepted: true)
      guard await isWanted(connection) else {
        _ = await layered.close(.abort, afterEnd: false)
        return nil
      }
      return await handler.serve(layered, peer)
    } catch {
      // The last connection that was wanted came in the meantime, or the server ends.
      guard wantsMore, !Task.isCancelled else { return nil }
      guard !error.isOfSilentPeer else {
        reporter.warn(error.message, about: peer)
        return nil
      }
      guard await isWanted(connection) else { return nil }
      if limits.count != 1 { reporter.error(error, peer: peer) }
      return .peerFailed(error)
    }
  }

  /// Counts a connection whose layers are open, once there is a place for it; false if none is wanted any more.
  private func isWanted(_ connection: AsyncSocket) async -> Bool {
    while wantsMore, serving >= limits.atOnce {
      do throws(LoopError) { try await waitForRoom() } catch { return false }
    }
    guard wantsMore else { return false }
    opening[ObjectIdentifier(connection)] = nil
    count()
    return true
  }

  /// Ends the server with its first error.
  private func end(_ error: OperationError) {
    failure = failure ?? error
    ended.resume()
  }

  // MARK: - Waiting

  private func waitForRoom() async throws(LoopError) {
    let place = Suspension()
    waitingForRoom.append(place)
    do throws(WaitError) { try await place.suspend() } catch { throw LoopError(error) }
  }

  private func wakeWaiting() {
    for place in waitingForRoom { place.resume() }
    waitingForRoom = []
  }

  /// Waits briefly for descriptors or memory. Warns once until the next connection is accepted.
  ///
  /// accept(2) also reports network errors of the connection that it would have returned; the next one may be fine.
  ///
  /// - Throws: any other error, and a shortage if connections are served one at a time: none is open then, so waiting
  ///   would free nothing.
  private func waitForResources(after error: SystemError) async throws(LoopError) {
    let isShortage = OperationError.isLimit(error.number)
    guard limits.atOnce > 1, isShortage || error.number.isNetworkError else { throw .system(error) }
    if isShortage, !isStarved {
      reporter.warn("\(OperationError(error, while: .opening).message): waiting until connections end")
      isStarved = true
    }
    do throws(WaitError) { try await EventLoop.sleep(until: .after(Self.pause)) } catch { throw LoopError(error) }
  }
}
