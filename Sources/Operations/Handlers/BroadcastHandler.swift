import SocketLoop
import Sockets
import Transfer

/// `sock listen -k` on streams: sends standard input to all peers, and writes what they send to standard output.
@LoopActor
final class BroadcastHandler: Handler {
  private let options: ConnectionOptions
  private let streams: StandardStreams
  private let reporter: EventReporter
  private var builder: SessionBuilder
  private let waitingPeers = EndedPeers()

  init(
    _ request: ListenRequest, _ streams: StandardStreams, _ taps: TapSet, _ reporter: EventReporter
  ) throws(OperationError) {
    self.streams = streams
    options = request.options
    self.reporter = reporter
    builder = SessionBuilder(options: options, streams: streams, taps: taps)
    builder.sharesOutput = true
    builder.writesWholeLines = options.framing == .line || request.marksPeers
    builder.marksPeers = request.marksPeers
    builder.endedPeerTimeout = request.peerTimeout
    if options.direction != .receiveOnly {
      let input = try streams.input(options)
      builder.broadcast = Broadcast(
        builder.reader(input), inputIsTerminal: input.kind == .terminal, tap: taps.sent(to: nil),
        rate: options.sendRate.map { RateLimit(bytesPerSecond: $0) })
    }
  }

  /// Serves every connection, while one task reads standard input for all of them and another watches standard output.
  ///
  /// Ends with the last connection of a limited number.
  ///
  /// - Throws: an error that ends the server.
  func run(_ acceptor: Acceptor) async throws(OperationError) {
    let failure = await withTaskGroup(of: Ending?.self) { group -> OperationError? in
      defer { group.cancelAll() }
      if let broadcast = builder.broadcast {
        group.addTask(executorPreference: EventLoop.shared) { await self.read(broadcast) }
      }
      if options.direction != .sendOnly {
        group.addTask(executorPreference: EventLoop.shared) { await self.watchOutput() }
      }
      group.addTask(executorPreference: EventLoop.shared) { await self.accept(acceptor) }
      while let ended = await group.next() {
        switch ended {
        case .failed(let error): return error
        case .served: return nil
        case nil: continue
        }
      }
      return OperationError.cancelled
    }
    if let failure { throw failure }
  }

  /// What ends the server.
  private enum Ending: Sendable {
    case failed(OperationError)
    /// As many connections as were wanted.
    case served
  }

  private func accept(_ acceptor: Acceptor) async -> Ending {
    do throws(OperationError) {
      _ = try await acceptor.run(self)
      return .served
    } catch {
      return .failed(error)
    }
  }

  private func read(_ broadcast: Broadcast) async -> Ending? {
    if case .sourceFailed(let error) = await broadcast.run() { return .failed(.input(error)) }
    return nil
  }

  /// Watches for the reader of standard output to go away, on behalf of all connections.
  private func watchOutput() async -> Ending? {
    do {
      let output = try streams.output()
      guard output.hasReader else { return nil }
      try await output.failed()
      return .failed(.output(SystemError(call: "write", number: .brokenPipe)))
    } catch {
      return nil
    }
  }

  func makeRoom() -> Bool { waitingPeers.makeRoom() }

  var endedPeers: EndedPeers? { waitingPeers }

  func serve(_ stream: any ByteStream, _ peer: Peer) async -> ServiceOutcome {
    switch begin(stream, peer) {
    case .refused(let outcome): return outcome
    case .joined(let visit): return end(visit, SessionEnding(await visit.relay.run()))
    }
  }

  /// A peer that is served: an object, since what stands in the frame of a suspended function takes more memory.
  private final class Visit: Sendable {
    let record: ConnectionRecord
    let relay: Relay
    let stream: any ByteStream

    init(_ record: ConnectionRecord, _ relay: Relay, _ stream: any ByteStream) {
      (self.record, self.relay, self.stream) = (record, relay, stream)
    }
  }

  private enum Beginning {
    case refused(ServiceOutcome)
    case joined(Visit)
  }

  @inline(never)
  private func begin(_ stream: any ByteStream, _ peer: Peer) -> Beginning {
    let record = reporter.accepted(stream, from: peer)
    do throws(OperationError) { try options.check(stream, record) } catch { return .refused(.peerFailed(error)) }
    do throws(OperationError) {
      let session = try builder.relay(stream, record: record)
      waitingPeers.watch(session.relay, stream)
      return .joined(Visit(record, session.relay, stream))
    } catch {
      return .refused(.serverFailed(error))
    }
  }

  @inline(never)
  private func end(_ visit: Visit, _ ending: SessionEnding) -> ServiceOutcome {
    waitingPeers.remove(visit.relay)
    let record = visit.record
    record.closed()
    let error = OperationError.of(
      ending, peer: record.peer, idle: options.idleTimeout, failure: visit.stream.failure)
    guard let error else { return .served }
    // A failing connection concerns only its peer; a failing standard output concerns all.
    if case .outputFailed = ending { return .serverFailed(error) }
    if case .cancelled = ending { return .served }
    record.fail(error)
    return .peerFailed(error)
  }
}
