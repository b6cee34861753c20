import SocketLoop

extension RetryPolicy {
  /// Makes an attempt, and makes it again as often as the policy allows.
  ///
  /// - Parameters:
  ///   - mayPass: whether another attempt may succeed after this error.
  ///   - willRetry: called with the error, the time until the next attempt, and which retry that is: `2 of 5`.
  @LoopActor
  func run<Result>(
    _ attempt: () async throws(OperationError) -> Result, if mayPass: (OperationError) -> Bool,
    willRetry: (OperationError, Duration, String) -> Void
  ) async throws(OperationError) -> Result {
    var backoff = Backoff(first: delay, limit: Self.longestDelay)
    var retries = 0
    while true {
      do throws(OperationError) {
        return try await attempt()
      } catch {
        guard mayPass(error), retries < count ?? .max, !Task.isCancelled else { throw error }
        retries += 1
        let wait = backoff.next()
        willRetry(error, wait, "\(retries)\(count.map { " of \($0)" } ?? "")")
        do throws(WaitError) { try await EventLoop.sleep(until: .after(wait)) } catch { throw .cancelled }
      }
    }
  }
}
