import SocketLoop
import Sockets
import Transfer

/// `sock relay` on datagrams: a session for each peer on the left, with a socket of its own on the right.
///
/// A session begins with the first datagram of a peer, and ends after `--peer-timeout` of silence, since nothing else
/// shows that a peer has gone. Datagrams keep their boundaries and go on in the runs in which the kernel delivers them.
@LoopActor
final class DatagramForwarder {
  private let sockets: [DatagramSocket]
  private let right: DialedSource
  private let request: RelayRequest
  private let taps: TapSet
  private let reporter: EventReporter
  private var sessions: [SocketAddress: ForwardedSession] = [:]
  /// Set when the only session of `--once` has ended.
  private let ended = Suspension()
  private var failure: OperationError?
  private var hasServed = false

  init(
    _ sockets: [DatagramSocket], to right: DialedSource, _ request: RelayRequest, _ taps: TapSet,
    _ reporter: EventReporter
  ) {
    self.sockets = sockets
    self.right = right
    self.request = request
    self.taps = taps
    self.reporter = reporter
    for socket in sockets { socket.noteDestinations() }
    DescriptorLimit.raise()
  }

  /// Serves until an error or cancellation, or with `--once` until the first session has ended.
  func run() async throws(OperationError) {
    await withTaskGroup(of: Void.self) { group in
      for socket in sockets {
        group.addTask(executorPreference: EventLoop.shared) { await self.receive(from: socket) }
      }
      group.addTask(executorPreference: EventLoop.shared) { await self.forget() }
      try? await ended.suspend()
      group.cancelAll()
    }
    for session in sessions.values { session.end() }
    if let failure { throw failure }
    if Task.isCancelled { throw .cancelled }
  }

  private func receive(from socket: DatagramSocket) async {
    while true {
      do throws(LoopError) {
        let received = try await socket.receiveRun()
        guard let session = session(with: received.peer, on: socket) else { continue }
        session.source = received.answerSource
        await session.forward(received.run)
      } catch {
        guard case .system(let error) = error else { return }
        // An ICMP error about an answer: that peer has gone, but the others have not.
        if error.number == .connectionRefused || socket.isPassing(error) { continue }
        return end(OperationError(error, while: .transferring))
      }
    }
  }

  private func end(_ error: OperationError?) {
    failure = failure ?? error
    ended.resume()
  }

  /// The session with a peer; nil if it is not served.
  private func session(with peer: SocketAddress, on socket: DatagramSocket) -> ForwardedSession? {
    if let session = sessions[peer] { return session }
    if request.once, hasServed { return nil }
    hasServed = true
    let facts = StreamFacts(transport: socket.connection.socket.transport, local: socket.localAddress)
    let record = reporter.opened(.accepted, facts, .address(peer), on: .left)
    let session = ForwardedSession(peer, on: socket, record, taps)
    session.spoil(by: request.faults)
    sessions[peer] = session
    session.task = Task(executorPreference: EventLoop.shared) { await self.serve(session) }
    return session
  }

  /// Opens the right side of a session, and passes on its answers.
  private func serve(_ session: ForwardedSession) async {
    do throws(OperationError) {
      let (socket, peer) = try await openRight(sparing: session)
      let facts = StreamFacts(transport: socket.connection.socket.transport, local: socket.localAddress)
      await session.begin(socket, reporter.opened(.connected, facts, peer, on: .right, number: session.record.number))
      try await session.answer()
    } catch {
      if Task.isCancelled { return }
      // The failure of the only session is that of the run.
      if request.once { failure = error } else { session.record.fail(error) }
      drop(session)
    }
  }

  /// Opens a socket on the right. If there are none left, the session that has been silent for longest makes room.
  private func openRight(sparing session: ForwardedSession) async throws(OperationError) -> (DatagramSocket, Peer) {
    do throws(OperationError) {
      return try await right.openDatagrams()
    } catch {
      guard error.errorNumber.map(OperationError.isLimit) == true,
        let oldest = sessions.values.filter({ $0 !== session }).min(by: { $0.latest < $1.latest })
      else { throw error }
      drop(oldest)
      return try await right.openDatagrams()
    }
  }

  private func drop(_ session: ForwardedSession) {
    guard sessions[session.peer] === session else { return }
    sessions[session.peer] = nil
    session.end()
    if request.once { end(nil) }
  }

  /// Ends sessions that have been silent.
  private func forget() async {
    let silence = request.silence
    while true {
      let limit = (sessions.values.map(\.latest).min() ?? .now).advanced(by: silence)
      do throws(WaitError) { try await EventLoop.sleep(until: limit) } catch { return }
      for session in sessions.values where session.latest.advanced(by: silence) <= limit { drop(session) }
    }
  }
}
