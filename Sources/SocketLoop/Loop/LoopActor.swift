/// The actor whose executor is the event loop: code isolated to it runs on the loop's one thread, without locks.
///
/// A continuation resumes on its task's preferred executor, and only then enters the actor. A task without that
/// preference goes through the global pool after every wait, and waits there while the pool is busy. Therefore enter
/// with ``EventLoop/run(_:)``, `Task(executorPreference: EventLoop.shared)`, or
/// `withTaskExecutorPreference(EventLoop.shared)`.
///
/// Child tasks start on the loop directly if it is their executor preference: `group.addTask(executorPreference:
/// EventLoop.shared) { await self.pump() }`.
@globalActor
public actor LoopActor {
  /// The shared instance.
  public static let shared = LoopActor()

  /// The event loop.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    EventLoop.shared.asUnownedSerialExecutor()
  }

  /// Runs `body` now, asserting that this is the loop's thread. For the loop itself, whose callbacks are not tasks.
  ///
  /// Equivalent to `MainActor.assumeIsolated`, which the language does not offer for other global actors.
  public static func assumeIsolated<Result>(_ body: @LoopActor () -> Result) -> Result {
    precondition(EventLoop.shared.isOnLoopThread)
    return withoutActuallyEscaping(body) { body in
      unsafeBitCast(body, to: (() -> Result).self)()
    }
  }
}
