import SocketLoop
import Transfer

extension [DatagramSocket] {
  /// Serves each socket in a task of its own, until the first of them has ended; the others are cancelled.
  ///
  /// - Parameter serve: serves a socket; returns the error that ends the server, or nil once no more is wanted.
  @LoopActor
  func serveEach(
    _ serve: @escaping @LoopActor @Sendable (DatagramSocket) async -> OperationError?
  ) async throws(OperationError) {
    let failure = await withTaskGroup(of: OperationError?.self) { group in
      defer { group.cancelAll() }
      for socket in self { group.addTask(executorPreference: EventLoop.shared) { await serve(socket) } }
      return await group.next() ?? nil
    }
    if let failure { throw failure }
  }
}
