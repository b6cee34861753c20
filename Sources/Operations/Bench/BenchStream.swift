import SocketLoop
import Sockets
import Transfer

/// One connection of a run: its work from the order to the result. Every wait has a limit, and every figure that the peer
/// reports is checked for plausibility.
@LoopActor
final class BenchStream {
  let operation: BenchOperation
  let connection: AsyncSocket
  let traffic: BenchTraffic
  let peer: Peer
  /// Bytes sent over this stream, or in datagrams beside it.
  var sent: UInt64 = 0
  var received: UInt64 = 0
  var datagramsSent = 0
  /// What the peer must do next, for the message if it takes too long.
  private var awaited = "answered the order"
  /// Whether the peer has answered as `sock listen --bench` does.
  private var isKnown = false

  /// How long the peer may take to finish after the end of the work.
  nonisolated static let patience: Duration = .seconds(5)

  init(_ operation: BenchOperation, _ stream: SocketStream, _ peer: Peer) {
    self.operation = operation
    connection = stream.socket
    self.peer = peer
    traffic = BenchTraffic(stream)
  }

  var request: BenchRequest { operation.request }
  /// When the work began: after the server answered the order.
  private var start = MonotonicTime.now
  private var hasBegun = false
  /// When the work ends.
  private(set) var end = MonotonicTime.never
  /// The limit of every wait during the work.
  var limit: MonotonicTime { end.advanced(by: Self.patience) }
  var seconds: Double { MonotonicTime.now.since(start) / .seconds(1) }

  /// Does the work; returns its error, or nil.
  func run() async -> OperationError? {
    let failure = await outcome {
      switch self.request.work {
      case .upload: try await self.upload()
      case .download: try await self.download()
      case .both: try await self.both()
      case .latency: try await self.exchange()
      case .connects: try await self.connects()
      case .datagrams: try await self.datagrams()
      }
    }
    if failure != nil, Task.isCancelled, hasBegun { noteInterruption() }
    return failure
  }

  // MARK: - The protocol

  /// Sends the order to `sock listen --bench`, and waits for its answer, so that any other server is noticed before the
  /// work begins.
  @discardableResult
  func order() async throws -> BenchAnswer {
    guard request.server == .bench else {
      begin()
      return BenchAnswer()
    }
    let order = BenchOrder(
      work: request.work, milliseconds: UInt32(clamping: Int(request.time / .milliseconds(1))),
      amount: UInt64(request.amount ?? 0), size: UInt32(clamping: request.messageSize))
    try await connection.send(order.bytes, until: .after(Self.patience))
    let answer = try await answer(to: "answered the order")
    isKnown = true
    operation.answered += 1
    begin()
    return answer
  }

  /// Starts the clock.
  func begin() {
    start = .now
    hasBegun = true
    end = .after(request.time)
  }

  /// Receives the server's result, and checks that it is plausible.
  func result() async throws -> BenchAnswer {
    let answer = try await answer(to: "told its result")
    let seconds = operation.secondsSinceStart + 1
    let counts = answer.datagrams
    guard answer.bytes <= sent, Double(answer.nanoseconds) <= seconds * 1e9,
      // At most 4096 CPUs.
      Double(answer.processorMicroseconds) <= seconds * 1e6 * 4096, counts.received <= datagramsSent,
      counts.reordered <= counts.received, counts.jitter <= .seconds(seconds)
    else { throw OperationError(.peerProtocol, "\(peer) tells a result that cannot be: not of what was sent to it") }
    return answer
  }

  private func answer(to what: String) async throws -> BenchAnswer {
    let limit = expect(what)
    var bytes: [UInt8] = []
    while bytes.count < BenchAnswer.length {
      let more = try await connection.receive(upTo: BenchAnswer.length - bytes.count, until: limit)
      bytes += more
      if more.isEmpty { throw ended() }
      guard BenchAnswer.mayBegin(with: bytes) else { throw foreign("it says something else") }
    }
    guard let answer = BenchAnswer(bytes) else { throw foreign("it says something else") }
    return answer
  }

  /// Sets what is awaited (`sent its result`), and returns the deadline of the wait.
  @discardableResult
  func expect(_ what: String) -> MonotonicTime {
    awaited = what
    return .after(Self.patience)
  }

  /// Shuts down the sending half.
  func endSending() throws(LoopError) {
    do throws(SystemError) { try connection.socket.shutdown(.sending) } catch { throw .system(error) }
  }

  // MARK: - Errors

  func failure(_ error: LoopError) -> OperationError {
    switch error {
    case .timedOut: tooLate()
    case .cancelled: .cancelled
    case .system(let error):
      OperationError(
        .connectionLost, "connection with \(peer) lost: \(error.number)\(hint)", errorNumber: error.number)
    }
  }

  func tooLate(within time: Duration = BenchStream.patience) -> OperationError {
    OperationError(.timedOut, "\(peer) has not \(awaited) within \(describe(time))\(hint)")
  }

  /// The error of a connection that the peer ended too early.
  func ended() -> OperationError {
    isKnown
      ? OperationError(.connectionLost, "\(peer) ended the connection before it had \(awaited)")
      : foreign("it ended the connection")
  }

  /// The error of a peer that does not behave as `--against` specifies.
  func foreign(_ reason: String) -> OperationError {
    guard request.server == .bench else {
      return OperationError(
        .peerProtocol, "\(peer) does not do what --against \(request.server.rawValue) says: \(reason)")
    }
    return OperationError(
      .peerProtocol, "\(peer) does not answer as 'sock listen --bench' does: \(reason)\(hint)")
  }

  private var hint: String {
    if isKnown || request.server != .bench { return "" }
    // It has answered other streams, so it may be unable to serve all of them at once.
    if operation.answered > 0 { return "; of \(request.streams) streams it has answered \(operation.answered)" }
    return "; start 'sock listen --bench' there, or say what it is: --against echo, discard or chargen"
  }
}
