import SocketLoop
import Sockets
import Transfer

/// `sock listen -k` on streams: serves all peers at once. Our input goes to each of them, what they send to our output.
@LoopActor
final class BroadcastHandler: Handler {
  private let options: LinkOptions
  private let reporter: EventReporter
  private var builder: SessionBuilder

  init(_ request: ListenRequest, _ taps: TapSet, _ reporter: EventReporter) throws(OperationError) {
    options = request.link
    self.reporter = reporter
    builder = SessionBuilder(link: options, taps: taps)
    builder.sharesOutput = true
    builder.endedPeerTimeout = request.peerTimeout
    if options.direction != .receiveOnly {
      let input = try StandardStreams.shared.input(options)
      builder.broadcast = Broadcast(
        builder.reader(input), inputIsTerminal: input.kind == .terminal, tap: taps.sent(to: nil),
        rate: options.sendRate.map { RateLimit(bytesPerSecond: $0) })
    }
  }

  /// Serves whom the acceptor brings, while one task reads our input for all of them and another watches our output.
  ///
  /// - Throws: always: without an error of the server's own, only cancellation ends it.
  func run(_ acceptor: Acceptor) async throws(OperationError) {
    throw await withTaskGroup(of: OperationError?.self) { group in
      defer { group.cancelAll() }
      if let broadcast = builder.broadcast {
        group.addTask(executorPreference: EventLoop.shared) { await self.read(broadcast) }
      }
      if options.direction != .sendOnly {
        group.addTask(executorPreference: EventLoop.shared) { await self.watchOutput() }
      }
      group.addTask(executorPreference: EventLoop.shared) { await self.accept(acceptor) }
      while let ended = await group.next() {
        if let ended { return ended }
      }
      return OperationError.cancelled
    }
  }

  private func accept(_ acceptor: Acceptor) async -> OperationError? {
    do throws(OperationError) {
      _ = try await acceptor.run(self)
      return nil
    } catch {
      return error
    }
  }

  private func read(_ broadcast: Broadcast) async -> OperationError? {
    if case .sourceFailed(let error) = await broadcast.run() { return .input(error) }
    return nil
  }

  /// All connections write to the same output: one task notices when its reader has gone, not each of them.
  private func watchOutput() async -> OperationError? {
    do {
      let output = try StandardStreams.shared.output()
      guard output.kind == .pipe || output.kind == .socket else { return nil }
      try await output.watch.failed()
      return .output(SystemError(call: "write", number: .brokenPipe))
    } catch {
      return nil
    }
  }

  func serve(_ connection: AsyncSocket, _ peer: Peer) async -> ServiceOutcome {
    let record = reporter.accepted(connection, from: peer)
    do throws(OperationError) {
      try options.checkStream(of: connection, peer: peer)
    } catch {
      record.closed()
      record.fail(error)
      return .peerFailed(error)
    }
    do throws(OperationError) {
      let session = try builder.stream(connection, record: record)
      let ending = await session.run()
      record.closed()
      guard let error = OperationError.of(ending, peer: peer, idle: options.idleTimeout) else { return .served }
      // A peer's failure is its own; that of our output is everybody's.
      if case .outputFailed = ending { return .serverFailed(error) }
      if case .cancelled = ending { return .served }
      record.fail(error)
      return .peerFailed(error)
    } catch {
      return .serverFailed(error)
    }
  }
}
