import Glibc
import SocketLoop
import Testing

/// Runs each test as a task of the event loop, which has a thread of its own: its waits cost no turn through the pool.
///
/// The tests are `@LoopActor`, so that they read like the code they test.
public struct OnTheLoop: SuiteTrait, TestTrait, TestScoping {
  public var isRecursive: Bool { true }

  /// The program ignores it, for splice(2) and sendfile(2); here that would reach the children of other tests.
  @LoopActor
  private static func blockSIGPIPE() {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  public func provideScope(
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
  public static var onTheLoop: Self { OnTheLoop() }
}
