import SocketLoop

/// Starts a child of this test on the loop.
@LoopActor
public func start<Result: Sendable>(
  _ body: @escaping @LoopActor @Sendable () async throws -> Result
) -> Task<Result, any Error> {
  Task(executorPreference: EventLoop.shared) { try await body() }
}

/// Starts a child that keeps descriptors of the test open until it ends: a number that is closed under a running task
/// soon is another test's.
@LoopActor
public func start<Result: Sendable, Kept: Sendable>(
  keeping kept: Kept, _ body: @escaping @LoopActor @Sendable () async throws -> Result
) -> Task<Result, any Error> {
  Task(executorPreference: EventLoop.shared) {
    defer { extendLifetime(kept) }
    return try await body()
  }
}

/// Makes calls that block on a thread of their own, and brings what they return.
@LoopActor
public func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Task<Result, any Error> {
  start { try await EventLoop.offload(body) }
}

/// Lets every other task of the loop run until it waits; each round runs what was ready at its beginning.
@LoopActor
public func settle(rounds: Int = 20) async {
  for _ in 0..<rounds { await Task.yield() }
}

/// The error that a body ends with.
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
