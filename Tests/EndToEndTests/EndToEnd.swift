import Glibc
import SockTestSupport
import Testing

/// What every suite of this target has, once and on the suite only: its tests block (on processes, sockets and files),
/// so they run on threads of their own and not on the few that run Swift tasks; only so many run at once, for two cores
/// have much to do; and what a test started ends with it.
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

/// Lets so much weight in at once, in the order of arrival.
actor Turnstile {
  static let room = 6
  static let shared = Turnstile()

  private var free = Turnstile.room
  private var queue: [(weight: Int, continuation: CheckedContinuation<Void, Never>)] = []

  func enter(_ weight: Int) async {
    if queue.isEmpty && free >= weight {
      free -= weight
    } else {
      await withCheckedContinuation { queue.append((weight, $0)) }
    }
  }

  func leave(_ weight: Int) {
    free += weight
    while let next = queue.first, free >= next.weight {
      free -= next.weight
      queue.removeFirst()
      next.continuation.resume()
    }
  }
}

/// Gives each job of a Swift task a thread.
final class BlockingExecutor: TaskExecutor {
  static let shared = BlockingExecutor()

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    startThread { job.runSynchronously(on: BlockingExecutor.shared.asUnownedTaskExecutor()) }
  }
}
