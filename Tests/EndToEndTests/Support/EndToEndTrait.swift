import Glibc
import SockTestSupport
import Testing

/// The trait of every suite of this target, given once, on the suite.
///
/// These tests block (on processes, sockets and files), so they run on threads of their own instead of the few that run
/// Swift tasks. Only a few run at once, since they share two cores. Whatever a test started ends with it.
struct EndToEndTrait: SuiteTrait, TestTrait, TestScoping {
  let weight: Int
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    await Turnstile.shared.enter(weight)
    let scope = TestScope()
    do {
      try await TestScope.$current.withValue(scope) {
        try await withTaskExecutorPreference(BlockingExecutor.shared) { try await function() }
      }
      scope.end()
      await Turnstile.shared.leave(weight)
    } catch {
      scope.end()
      await Turnstile.shared.leave(weight)
      throw error
    }
  }
}

extension Trait where Self == EndToEndTrait {
  /// A test that mostly waits.
  static var endToEnd: Self { EndToEndTrait(weight: 1) }
  /// A test that keeps a core busy.
  static var heavy: Self { EndToEndTrait(weight: Turnstile.room / 2) }
}
