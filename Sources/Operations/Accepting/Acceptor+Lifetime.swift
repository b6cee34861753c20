import SocketLoop
import Transfer

extension Acceptor {
  /// Has a connection served for as long as `--max-lifetime` allows; then it is closed as at the end of the run.
  func attend(_ stream: any ByteStream, _ peer: Peer, by handler: some Handler) async -> ServiceOutcome {
    guard let lifetime = limits.lifetime else { return await handler.serve(stream, peer) }
    return await withTaskGroup(of: ServiceOutcome?.self) { group in
      group.addTask(executorPreference: EventLoop.shared) { await handler.serve(stream, peer) }
      group.addTask(executorPreference: EventLoop.shared) {
        try? await EventLoop.sleep(until: .after(lifetime))
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      if let first { return first }
      let last = await group.next() ?? nil
      guard !Task.isCancelled else { return last ?? .served }
      let error = OperationError(
        .timedOut, "the connection with \(peer) has lasted for \(describe(lifetime)), which --max-lifetime allows")
      if !limits.isForOne { reporter.error(error, peer: peer) }
      return .peerFailed(error)
    }
  }
}
