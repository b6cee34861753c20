import SocketLoop
import Sockets
import Transfer

/// `--reset`: resets each connection at once.
package struct ResetAnswer: Answer {
  nonisolated init() {}

  package func serve(_ connection: AnsweredConnection) async -> Relay.Ending {
    _ = await connection.stream.close(.abort, afterEnd: false)
    return .finished
  }
}

/// `--stall`: neither reads from a peer nor sends to it.
///
/// A connection is kept until the peer resets it, or has ended its half for so long that it has most likely gone.
package final class StallAnswer: Answer {
  /// Connections whose peers have ended their half, in the order in which they did.
  private var ended: [AsyncSocket] = []
  /// How many of them are kept.
  private static let most = 1000
  /// How many are closed at once where descriptors have run short.
  private static let batch = 64

  nonisolated init() {}

  package func serve(_ connection: AnsweredConnection) async -> Relay.Ending {
    let ending = await wait(on: connection)
    _ = await connection.stream.close(.atOnce, afterEnd: false)
    return ending
  }

  private func wait(on connection: AnsweredConnection) async -> Relay.Ending {
    guard let socket = connection.stream.connection else { return .finished }
    let idle = MonotonicTime.after(connection.options.idleTimeout)
    defer { ended.removeAll { $0 === socket } }
    do throws(LoopError) {
      while try !hasEnded(socket) { try await socket.watch.readable(until: idle) }
      ended.append(socket)
      if ended.count > Self.most { ended.removeFirst().watch.interruptReading() }
      let limit = min(idle, .after(connection.patience))
      while try !hasGone(socket) { try await socket.watch.readable(until: limit) }
      return .finished
    } catch {
      switch error {
      case .timedOut: return MonotonicTime.now >= idle ? .idle : .finished
      case .system: return .finished
      // Either there was no room for it any more, or the run ends.
      case .cancelled: return Task.isCancelled ? .cancelled : .finished
      }
    }
  }

  private func hasEnded(_ socket: AsyncSocket) throws(LoopError) -> Bool {
    try isReady(socket, [.peerShutdown, .hangUp, .error])
  }

  private func hasGone(_ socket: AsyncSocket) throws(LoopError) -> Bool { try isReady(socket, [.hangUp, .error]) }

  private func isReady(_ socket: AsyncSocket, _ events: EpollEvents) throws(LoopError) -> Bool {
    do throws(SystemError) {
      return try Descriptor(socket.socket.descriptor).isReady(events)
    } catch {
      throw .system(error)
    }
  }

  package func makeRoom() -> Bool {
    let oldest = ended.prefix(Self.batch)
    for socket in oldest { socket.watch.interruptReading() }
    return !oldest.isEmpty
  }
}
