import Glibc
import SocketLoop
import Sockets
import Testing

/// Runs each test as a task of the event loop, which has a thread of its own: its waits cost no turn through the pool.
///
/// The suites are `@LoopActor`, so that a test reads like the code it tests.
struct OnTheLoop: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  /// The program ignores it, for splice(2) and sendfile(2); here that would reach the children of other tests.
  @LoopActor
  private static func blockSIGPIPE() {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    EventLoop.shared.startThread()
    try await withTaskExecutorPreference(EventLoop.shared) {
      await Self.blockSIGPIPE()
      try await function()
    }
  }
}

extension Trait where Self == OnTheLoop {
  static var onTheLoop: Self { OnTheLoop() }
}

/// Starts a child of this test on the loop.
@LoopActor
func start<Result: Sendable>(
  _ body: @escaping @LoopActor @Sendable () async throws -> Result
) -> Task<Result, any Error> {
  Task(executorPreference: EventLoop.shared) { try await body() }
}

/// Lets every other task of the loop run until it waits; each round runs what was ready at its beginning.
@LoopActor
func settle(rounds: Int = 20) async {
  for _ in 0..<rounds { await Task.yield() }
}

/// Starts a child that keeps descriptors of the test open until it ends: a number that is closed under a running task
/// soon is another test's.
@LoopActor
func start<Result: Sendable, Kept: Sendable>(
  keeping kept: Kept, _ body: @escaping @LoopActor @Sendable () async throws -> Result
) -> Task<Result, any Error> {
  Task(executorPreference: EventLoop.shared) {
    defer { extendLifetime(kept) }
    return try await body()
  }
}

/// Makes calls that block on a thread of their own, and brings what they return.
@LoopActor
func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Task<Result, any Error> {
  start { try await EventLoop.offload(body) }
}
