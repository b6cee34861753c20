import SocketLoop
import Sockets
import Transfer

/// Accepts connections on every listening socket of an endpoint, and hands each to a ``Handler``.
///
/// When descriptors or memory run out, connections stay in the kernel's queue, and the acceptor retries until there are
/// enough again. Cancelling its task cancels the connections being served, and waits for them to close.
@LoopActor
final class Acceptor {
  let listeners: Listeners
  let limits: AcceptLimits
  let reporter: EventReporter
  let layers: StreamLayers
  /// What accepts connections in place of a listening socket, by its index.
  private var substitutes: [DTLSListener?] = []
  /// Told before the first connection is accepted; nil beside an acceptor that serves the same purpose.
  private let service: Service?

  private var accepted = 0
  var serving = 0
  /// The most connections at a time since memory was last returned.
  private var most = 0
  /// How many connections each host has; empty unless that is limited.
  var hosts: [PeerHost: Int] = [:]
  var hostOf: [ObjectIdentifier: PeerHost] = [:]
  /// Peers that have ended their half, which give up their places when others want them.
  var endedPeers: EndedPeers?
  /// Connections that have given up their places, and are not closed yet.
  var leaving: Set<ObjectIdentifier> = []
  private var refusals = 0
  private var tally = ServiceFailures()
  /// Descriptors or memory have run out, and no connection has been accepted since.
  private var isStarved = false
  /// Since when nothing could be accepted, or since room was last made; nil if that is no concern.
  private var shortSince: MonotonicTime?
  /// Accept loops waiting until fewer connections are being served.
  private var waitingForRoom: [Suspension] = []
  /// Connections whose layers are being opened. They count once that is done, so that a silent peer takes no place.
  private var opening: [ObjectIdentifier: AsyncSocket] = [:]
  /// Accept loops that have not ended.
  private var loops = 0
  private var failure: OperationError?
  private let ended = Suspension()
  /// No more connections are accepted, and those that are there may end.
  private var isDraining = false

  /// From how many connections on the memory that they leave is worth returning.
  private static let crowd = 512
  /// How long to wait for descriptors or memory before trying again.
  private static let pause: Duration = .milliseconds(100)
  /// The same where connections are being closed to that end.
  private static let pauseForRoom: Duration = .milliseconds(20)
  /// How long a shortage lasts before it is worth a warning: connections that are being closed soon leave room.
  private static let patience: Duration = .milliseconds(500)

  init(
    _ listeners: Listeners, _ limits: AcceptLimits, _ reporter: EventReporter, layers: StreamLayers = StreamLayers(),
    service: Service? = nil
  ) {
    self.service = service
    self.layers = layers
    self.listeners = listeners
    self.limits = limits
    self.reporter = reporter
    if limits.waitsForResources { DescriptorLimit.raise() }
  }

  /// Serves until the last connection of a limited number has ended, or without a limit until an error or cancellation.
  ///
  /// - Returns: the connections that failed; the handler has reported their errors.
  /// - Throws: an error that ends the server.
  func run(_ handler: some Handler) async throws(OperationError) -> ServiceFailures {
    try service?.begin(reporter, limits.drains ? self : nil)
    if limits.count == 0 { return tally }
    if let connection = listeners.connection { await serveOnly(connection, handler) }
    if listeners.sockets.isEmpty { return try result() }
    loops = listeners.sockets.count
    endedPeers = handler.endedPeers
    endedPeers?.onEnd = { [weak self] in self?.wakeWaiting() }
    for socket in listeners.sockets { substitutes.append(try layers.listener(on: socket, of: listeners)) }
    await withTaskGroup(of: Void.self) { group in
      for index in listeners.sockets.indices {
        group.addTask(executorPreference: EventLoop.shared) { await self.accept(on: index, for: handler) }
      }
      try? await ended.suspend()
      group.cancelAll()
    }
    return try result()
  }

  private func result() throws(OperationError) -> ServiceFailures {
    if let failure { throw failure }
    if Task.isCancelled { throw .cancelled }
    return tally
  }

  /// Serves a connection that a service manager has accepted.
  private func serveOnly(_ connection: AsyncSocket, _ handler: some Handler) async {
    guard let address = try? connection.socket.peerAddress() else { return connection.close() }
    guard admit(connection, address) else { return connection.close() }
    await serve(connection, .address(address), by: handler)
  }

  /// Accepts on one socket until no more connections are wanted, and waits for those that it accepted.
  ///
  /// - Parameter index: its index in the listeners, since a reference to the socket would keep it open after they
  ///   close.
  private func accept(on index: Int, for handler: some Handler) async {
    await withDiscardingTaskGroup { group in
      do throws(LoopError) {
        while let (connection, peer) = try await next(on: index, for: handler) {
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
  private func next(
    on index: Int, for handler: some Handler
  ) async throws(LoopError) -> (AsyncSocket, Peer)? {
    while wantsMore, index < listeners.sockets.count {
      let listener = listeners.sockets[index]
      if serving >= limits.atOnce, !limits.rejects {
        try await waitForPlace(on: listener)
        continue
      }
      do throws(SystemError) {
        if let (connection, address) = try await take(from: listener, index) {
          (isStarved, shortSince) = (false, nil)
          if admit(connection, address) { return (connection, .address(address)) }
          substitutes[index]?.forget(connection)
          connection.close()
          await pauseAfterRefusal()
          continue
        }
      } catch {
        try await waitForResources(after: error, handler)
        continue
      }
      do throws(LoopError) {
        try await listener.watch.readable()
      } catch {
        // The listeners are closed when the last wanted connection has come.
        if case .cancelled = error, !wantsMore || isDraining { return nil }
        throw error
      }
    }
    return nil
  }

  /// The next connection that waits on a socket; nil if there is none.
  private func take(
    from listener: AsyncSocket, _ index: Int
  ) async throws(SystemError) -> (AsyncSocket, SocketAddress)? {
    if let substitute = substitutes[index] {
      do throws(LoopError) {
        return try await substitute.accept()
      } catch {
        if case .system(let error) = error { throw error }
        return nil
      }
    }
    // Not AsyncSocket.accept(): while it waits, a connection on another socket may take the last place.
    switch try listener.socket.accept(mode: .nonBlocking) {
    case .connection(let socket, let address):
      let connection = AsyncSocket(socket)
      connection.isUnshared = true
      return (connection, address)
    case .wouldBlock: return nil
    }
  }

  private var wantsMore: Bool { accepted < limits.count ?? .max }

  /// Whether a peer may come in, before anything is read from it or sent to it. If so, its connection counts.
  private func admit(_ connection: AsyncSocket, _ address: SocketAddress) -> Bool {
    guard listeners.admits(address, over: connection, isNamed: isNamedProxy) else { return false }
    if limits.rejects, serving >= limits.atOnce, !makePlace() {
      listeners.refused(address, connection.socket.transport, reasonForOneTooMany)
      return false
    }
    guard readsOrigins || takesPlace(address, connection) else { return false }
    if hasLayers { opening[ObjectIdentifier(connection)] = connection } else { count() }
    return true
  }

  private var reasonForOneTooMany: String {
    "there are as many connections as --max-conns allows: \(limits.atOnce)"
  }

  /// Yields now and then, so that a flood of refused peers does not hold up the connections being served.
  private func pauseAfterRefusal() async {
    refusals &+= 1
    if refusals & 15 == 0 { await Task.yield() }
  }

  private var hasLayers: Bool { !listeners.endpoint.layers.isEmpty || readsOrigins }

  /// Counts a connection. With the last one the listeners close, so that later peers are refused rather than kept waiting.
  private func count() {
    accepted += 1
    serving += 1
    most = max(most, serving)
    if wantsMore { return }
    listeners.close()
    for connection in opening.values { connection.close() }
    // Loops that wait for a free slot can end.
    wakeWaiting()
  }

  /// Accepts no more, so that ``run(_:)`` returns once the connections that were accepted have ended. Peers that come
  /// from now on are refused.
  ///
  /// - Returns: how many connections there are.
  func drain() -> Int {
    isDraining = true
    listeners.close()
    wakeWaiting()
    return serving + leaving.count + opening.count
  }

  private func serve(_ connection: AsyncSocket, _ peer: Peer, by handler: some Handler) async {
    // The usual case first: a suspended task holds the frames of all functions that it is in.
    if hasLayers || limits.lifetime != nil {
      note(await outcome(of: connection, peer, by: handler), of: connection)
    } else {
      note(await handler.serve(SocketStream(connection), peer), of: connection)
    }
  }

  /// Notes what has come of a connection; nil for one that does not count.
  @inline(never)
  private func note(_ outcome: ServiceOutcome?, of connection: AsyncSocket) {
    forgetHost(of: ObjectIdentifier(connection))
    let hasLeft = leaving.remove(ObjectIdentifier(connection)) != nil
    guard let outcome else { return }
    switch outcome {
    case .served: break
    case .peerFailed(let error): tally.add(error)
    case .serverFailed(let error): end(error)
    }
    if !hasLeft { serving -= 1 }
    // A peer that is leaving made room earlier, except for the next one to leave.
    if serving == limits.atOnce - 1 || hasLeft { wakeWaiting() }
    returnMemory()
  }

  /// Returns the memory of a crowd to the kernel once nearly all of it has gone.
  private func returnMemory() {
    guard most >= Self.crowd, serving < most / 8 else { return }
    most = serving
    ProcessMemory.trim()
  }

  /// - Returns: nil for a connection that does not count.
  private func outcome(
    of connection: AsyncSocket, _ peer: Peer, by handler: some Handler
  ) async -> ServiceOutcome? {
    let stream = SocketStream(connection)
    if !hasLayers { return await attend(stream, peer, by: handler) }
    defer { opening[ObjectIdentifier(connection)] = nil }
    do throws(OperationError) {
      guard let (stream, peer) = try await origin(of: stream, peer) else { return nil }
      let layered = try await layers.open(listeners.endpoint, over: stream, with: peer, accepted: true)
      guard listeners.admits(layered, of: peer, isNamed: isNamedProxy), await isWanted(connection, peer) else {
        _ = await layered.close(.abort, afterEnd: false)
        return nil
      }
      return await attend(layered, peer, by: handler)
    } catch {
      // The last connection that was wanted came in the meantime, or the server ends.
      guard wantsMore, !Task.isCancelled else { return nil }
      guard !error.isOfSilentPeer else {
        reporter.warn(error.message, about: peer)
        return nil
      }
      guard await isWanted(connection, peer) else { return nil }
      if !limits.isForOne { reporter.error(error, peer: peer) }
      return .peerFailed(error)
    }
  }

  /// Counts a connection whose layers are open, once there is a place for it; false if none is wanted any more.
  private func isWanted(_ connection: AsyncSocket, _ peer: Peer) async -> Bool {
    while wantsMore, serving >= limits.atOnce, !makePlace() {
      if limits.rejects {
        if let address = peer.address { listeners.refused(address, connection.socket.transport, reasonForOneTooMany) }
        return false
      }
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

  func waitForRoom() async throws(LoopError) {
    let place = Suspension()
    waitingForRoom.append(place)
    do throws(WaitError) { try await place.suspend() } catch { throw LoopError(error) }
  }

  func wakeWaiting() {
    for place in waitingForRoom { place.resume() }
    waitingForRoom = []
  }

  /// Waits briefly for descriptors or memory. Warns once until the next connection is accepted.
  ///
  /// accept(2) also reports network errors of the connection that it would have returned; the next one may be fine.
  ///
  /// - Throws: any other error, and a shortage if connections are served one at a time: none is open then, so waiting
  ///   would free nothing.
  private func waitForResources(after error: SystemError, _ handler: some Handler) async throws(LoopError) {
    let isShortage = OperationError.isLimit(error.number)
    guard limits.waitsForResources, isShortage || error.number.isNetworkError else { throw .system(error) }
    let hasMadeRoom = isShortage && handler.makeRoom()
    let start = hasMadeRoom ? .now : shortSince ?? .now
    if isShortage { shortSince = start }
    if isShortage, !isStarved, start.advanced(by: Self.patience) <= .now {
      reporter.warn("\(OperationError(error, while: .opening).message): waiting until connections end")
      isStarved = true
    }
    let pause = hasMadeRoom ? Self.pauseForRoom : Self.pause
    do throws(WaitError) { try await EventLoop.sleep(until: .after(pause)) } catch { throw LoopError(error) }
  }
}
