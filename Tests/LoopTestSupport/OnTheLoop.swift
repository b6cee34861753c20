import Glibc
import SocketLoop
import Testing

/// Runs each test as a task on the event loop's own thread, so that its waits do not go through the thread pool.
///
/// The tests are `@LoopActor`, so that they read like the code they test.
public struct OnTheLoop: SuiteTrait, TestTrait, TestScoping {
  public var isRecursive: Bool { true }

  /// The program ignores SIGPIPE because of splice(2) and sendfile(2); here the children of other tests would inherit
  /// that.
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
