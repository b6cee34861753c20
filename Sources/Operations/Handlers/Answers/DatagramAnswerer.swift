import SocketLoop
import Sockets
import Transfer

/// Answers the datagrams of `sock listen -u --echo` and its like. Nothing is kept of a sender, so that made-up ones cost
/// nothing.
@LoopActor
final class DatagramAnswerer {
  private let answer: any Answer
  private let sockets: [DatagramSocket]
  private let taps: TapSet
  private let reporter: EventReporter
  private let rate: RateLimit?
  /// How many datagrams are still to be answered.
  private var left: Int
  private let answerable: AnswerableSender

  /// How long a full queue may hold up the answers to others.
  private static let patience: Duration = .seconds(1)

  init(
    _ answer: any Answer, _ request: ListenRequest, _ listeners: Listeners, _ taps: TapSet, _ reporter: EventReporter
  ) {
    self.answer = answer
    self.taps = taps
    self.reporter = reporter
    answerable = AnswerableSender(reporter)
    let rates = [request.options.sendRate, request.options.receiveRate].compactMap { $0 }
    rate = rates.min().map { RateLimit(bytesPerSecond: $0) }
    left = request.options.admission.served ?? .max
    sockets = listeners.datagramSockets()
    for socket in sockets { socket.noteDestinations() }
  }

  func run() async throws(OperationError) {
    try await sockets.serveEach { await self.serve($0) }
  }

  /// Serves a socket until all datagrams that are wanted have been answered.
  private func serve(_ socket: DatagramSocket) async -> OperationError? {
    let local = try? socket.connection.socket.localAddress()
    while left > 0 {
      do throws(LoopError) {
        if isPlain { try await echoRun(socket, local) } else { try await answerOne(socket, local) }
      } catch {
        switch error {
        // An answer was refused: that peer has gone, and the others have not.
        case .system(let error) where error.number == .connectionRefused: continue
        case .system(let error): return OperationError(error, while: .transferring)
        case .timedOut: continue
        case .cancelled: return .cancelled
        }
      }
    }
    return nil
  }

  /// Whether datagrams are only sent back, so that whole runs of them can be.
  private var isPlain: Bool {
    answer is EchoAnswer && taps.isEmpty && !reporter.shows(.received) && left == .max && rate == nil
  }

  private func echoRun(_ socket: DatagramSocket, _ local: SocketAddress?) async throws(LoopError) {
    let received = try await socket.receiveRun()
    guard answerable.accepts(received.peer, source: received.answerSource, local: local) else { return }
    await report(received.peer) { () throws(LoopError) in
      try await socket.send(
        received.run, to: received.peer, from: received.answerSource, until: .after(Self.patience)
      ) { _ in }
    }
  }

  private func answerOne(_ socket: DatagramSocket, _ local: SocketAddress?) async throws(LoopError) {
    let datagram = try await socket.receive()
    try await rate?.wait(toReceive: datagram.bytes.count)
    guard left > 0 else { return }
    if left < .max { left -= 1 }
    reporter.received(datagram, over: socket, port: local?.port)
    await taps.received(from: .address(datagram.peer))?.saw(datagram.bytes)
    let bytes: [UInt8]
    switch answer.reply(to: datagram.bytes) {
    case .nothing: return
    case .same: bytes = [UInt8](datagram.bytes)
    case .bytes(let own): bytes = own
    }
    guard answerable.accepts(datagram.peer, source: datagram.answerSource, local: local) else { return }
    await taps.sent(to: .address(datagram.peer))?.saw(bytes)
    await report(datagram.peer) { [answerSource = datagram.answerSource, peer = datagram.peer] () throws(LoopError) in
      try await socket.send(bytes, to: peer, from: answerSource, until: .after(Self.patience))
    }
  }

  /// Sends something, and warns if that fails, unless the peer has just gone.
  private func report(_ peer: SocketAddress, _ send: () async throws(LoopError) -> Void) async {
    do throws(LoopError) {
      try await send()
    } catch {
      if case .cancelled = error { return }
      if case .system(let error) = error, error.number == .connectionRefused { return }
      reporter.warn("an answer to \(peer) was not sent: \(error)", about: .address(peer))
    }
  }
}
