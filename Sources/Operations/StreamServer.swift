import SocketLoop
import Sockets
import Transfer

/// `sock listen -k` on streams: every peer at once, our input to all of them, what they send to our output.
@LoopActor
final class StreamServer {
  private let request: ListenRequest
  private let listeners: Listeners
  private let journal: Journal
  private let taps: TapSet
  private var builder: SessionBuilder

  init(_ request: ListenRequest, _ listeners: Listeners, _ taps: TapSet, _ journal: Journal) {
    self.request = request
    self.listeners = listeners
    self.taps = taps
    self.journal = journal
    builder = SessionBuilder(link: request.link, taps: taps)
    builder.sharesOutput = true
    builder.endedPeerTimeout = request.peerTimeout
  }

  /// What ends the server, or does not.
  private enum Event: Sendable {
    case connection(AsyncSocket, SocketAddress, listener: Int)
    case acceptFailed(OperationError, listener: Int)
    case inputFailed(OperationError)
    case outputFailed(OperationError)
    case nothing
  }

  func run() async throws(OperationError) {
    if request.link.direction != .receiveOnly {
      let input = try StandardStreams.shared.input(request.link)
      builder.broadcast = Broadcast(
        builder.reader(input), inputIsTerminal: input.kind == .terminal, tap: taps.sent(to: nil),
        rate: request.link.sendRate.map { RateLimit(bytesPerSecond: $0) })
    }
    let broadcast = builder.broadcast
    let error = await withTaskGroup(of: Event.self) { group in
      defer { group.cancelAll() }
      if let broadcast {
        group.addTask(executorPreference: EventLoop.shared) { await self.read(broadcast) }
      }
      if request.link.direction != .sendOnly {
        group.addTask(executorPreference: EventLoop.shared) { await self.watchOutput() }
      }
      for index in listeners.sockets.indices {
        group.addTask(executorPreference: EventLoop.shared) { await self.accept(index) }
      }
      while let event = await group.next() {
        switch event {
        case .connection(let connection, let peer, let index):
          group.addTask(executorPreference: EventLoop.shared) { await self.serve(connection, peer) }
          group.addTask(executorPreference: EventLoop.shared) { await self.accept(index) }
        case .acceptFailed(let error, let index):
          guard error.cause == .system else { return error }
          journal.warn("\(error.message): waiting until connections end")
          group.addTask(executorPreference: EventLoop.shared) { await self.acceptLater(index) }
        case .inputFailed(let error), .outputFailed(let error): return error
        case .nothing: break
        }
      }
      return OperationError.cancelled
    }
    throw error
  }

  private func read(_ broadcast: Broadcast) async -> Event {
    if case .sourceFailed(let error) = await broadcast.run() { return .inputFailed(.input(error)) }
    return .nothing
  }

  /// The reader of our output is everybody's: its going is watched once, not by each connection.
  private func watchOutput() async -> Event {
    do {
      let output = try StandardStreams.shared.output()
      guard output.kind == .pipe || output.kind == .socket else { return .nothing }
      try await output.watch.failed()
      return .outputFailed(.output(SystemError(call: "write", number: .brokenPipe)))
    } catch {
      return .nothing
    }
  }

  private func accept(_ index: Int) async -> Event {
    do throws(LoopError) {
      let (connection, peer) = try await listeners.sockets[index].accept()
      return .connection(connection, peer, listener: index)
    } catch {
      if case .system(let error) = error {
        return .acceptFailed(OperationError(error, while: .opening), listener: index)
      }
      return .nothing
    }
  }

  /// Out of descriptors or memory: what waits in the queue stays there until some are free.
  private func acceptLater(_ index: Int) async -> Event {
    do { try await EventLoop.sleep(until: .after(.milliseconds(100))) } catch { return .nothing }
    return await accept(index)
  }

  private func serve(_ connection: AsyncSocket, _ peer: SocketAddress) async -> Event {
    let record = journal.connection(
      .accepted, transport: connection.socket.transport, local: try? connection.socket.localAddress(), peer: peer,
      over: connection)
    do throws(OperationError) {
      try request.link.checkStream(of: connection, peer: peer)
    } catch {
      record.closed()
      record.fail(error)
      return .nothing
    }
    do throws(OperationError) {
      let session = try builder.stream(connection, record: record)
      let ending = await session.run()
      record.closed()
      guard let error = OperationError.of(ending, peer: peer, idle: request.link.idleTimeout) else { return .nothing }
      // One peer's failure is its own; only our output's is everybody's.
      if case .outputFailed = ending { return .outputFailed(error) }
      if case .cancelled = ending { return .nothing }
      record.fail(error)
      return .nothing
    } catch {
      return .outputFailed(error)
    }
  }
}
