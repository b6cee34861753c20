import SocketLoop

/// Starts a child task of this test on the loop.
@LoopActor
public func start<Result: Sendable>(
  _ body: @escaping @LoopActor @Sendable () async throws -> Result
) -> Task<Result, any Error> {
  Task(executorPreference: EventLoop.shared) { try await body() }
}

/// Starts a child task that keeps the test's descriptors open until it ends: a number closed under a running task may
/// soon belong to another test.
@LoopActor
public func start<Result: Sendable, Kept: Sendable>(
  keeping kept: Kept, _ body: @escaping @LoopActor @Sendable () async throws -> Result
) -> Task<Result, any Error> {
  Task(executorPreference: EventLoop.shared) {
    defer { extendLifetime(kept) }
    return try await body()
  }
}

/// Runs blocking calls on a thread of their own and returns their result.
@LoopActor
public func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Task<Result, any Error> {
  start { try await EventLoop.offload(body) }
}

/// Lets every other task of the loop run until it waits; each round runs what was ready when it began.
@LoopActor
public func settle(rounds: Int = 20) async {
  for _ in 0..<rounds { await Task.yield() }
}

/// The error thrown by a body, or nil.
@LoopActor
public func failure<Failure: Error, Result>(
  _ body: @LoopActor () async throws(Failure) -> Result
) async -> Failure? {
  do throws(Failure) {
    _ = try await body()
    return nil
  } catch {
    return error
  }
}
