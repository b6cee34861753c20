/// The actor whose executor is the event loop: what it isolates runs on the loop's one thread, without locks.
///
/// A continuation resumes where its task prefers, and only then enters the actor: a task without the preference goes
/// through the global pool after every wait, and waits there while the pool is busy. So enter by
/// ``EventLoop/run(_:)``, by `Task(executorPreference: EventLoop.shared)`, or by
/// `withTaskExecutorPreference(EventLoop.shared)`.
///
/// Child tasks that should start there need no hop if they are added with the loop as their executor preference:
/// `group.addTask(executorPreference: EventLoop.shared) { await self.pump() }`.
@globalActor
public actor LoopActor {
  /// The one instance.
  public static let shared = LoopActor()

  /// The event loop.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    EventLoop.shared.asUnownedSerialExecutor()
  }

  /// Runs `body` now, on the promise that this is the loop's thread: for the loop itself, whose callbacks are not tasks.
  ///
  /// What `MainActor.assumeIsolated` does: the language has no such function for other global actors.
  public static func assumeIsolated<Result>(_ body: @LoopActor () -> Result) -> Result {
    precondition(EventLoop.shared.isOnLoopThread)
    return withoutActuallyEscaping(body) { body in
      unsafeBitCast(body, to: (() -> Result).self)()
    }
  }
}
