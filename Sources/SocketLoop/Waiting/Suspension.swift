/// One place where at most one task waits until something else resumes it, its deadline comes, or it is cancelled.
@LoopActor
public final class Suspension {
  /// Why a wait ended.
  package enum Wake: Sendable { case resumed, timedOut, cancelled }

  private var continuation: UnsafeContinuation<Wake, Never>?
  private var timer: TimerQueue.Timer?
  /// Counts the waits: a cancellation that arrives late must not end the next one.
  private var wait: UInt64 = 0
  /// A wait has begun and its task has not stopped yet: the runtime may run other jobs in between (it leaves and enters
  /// the actor around `withTaskCancellationHandler`), and a wake-up that comes then is kept in ``early``.
  private var isBeginning = false
  private var early: Wake?
  /// Of a parked task: what may be done in its place, see ``park(_:insteadOfWaking:)``.
  private var instead: Step?
  /// Not the bare closure: each time that an optional one is taken out (see ``wakeUp(_:of:)``) it comes with a wrapper more.
  private struct Step: ~Copyable { let run: @LoopActor () -> Bool }

  /// A place where nobody waits yet.
  public nonisolated init() {}

  /// Whether a task waits here.
  public var isWaiting: Bool { continuation != nil }

  /// Waits for ``resume()``.
  public func suspend(until deadline: MonotonicTime = .never) async throws(WaitError) {
    // The second of two waiters would take the first one's continuation, and that task would never end.
    assert(continuation == nil && !isBeginning, "two tasks wait in one place")
    wait &+= 1
    let number = wait
    isBeginning = true
    early = nil
    let wake = await withTaskCancellationHandler {
      await withUnsafeContinuation { stop($0, number, until: deadline) }
    } onCancel: {
      EventLoop.shared.perform { LoopActor.assumeIsolated { self.wakeUp(.cancelled, of: number) } }
    }
    switch wake {
    case .resumed: return
    case .timedOut: throw .timedOut
    case .cancelled: throw .cancelled
    }
  }

  private func stop(
    _ continuation: UnsafeContinuation<Wake, Never>, _ number: UInt64, until deadline: MonotonicTime
  ) {
    isBeginning = false
    if let early { return continuation.resume(returning: early) }
    self.continuation = continuation
    if deadline != .never {
      timer = EventLoop.shared.addTimer(at: deadline) { [weak self] in self?.wakeUp(.timedOut, of: number) }
    }
  }

  /// Lets a task wait here until ``resume()`` or ``cancel()``: the shortest wait, whose caller sees to the cancellation of
  /// its task.
  ///
  /// - Parameter insteadOfWaking: tried at each ``resume()``; the task wakes up only where it says false. To wake a task
  ///   and have it wait again takes thousands of instructions, which is most of what a short message costs.
  package func park(
    _ continuation: UnsafeContinuation<Wake, Never>, insteadOfWaking instead: (@LoopActor () -> Bool)? = nil
  ) {
    assert(self.continuation == nil && !isBeginning, "two tasks wait in one place")
    wait &+= 1
    self.continuation = continuation
    self.instead = if let instead { Step(run: instead) } else { nil }
  }

  /// Ends the wait, if there is one.
  public func resume() { wakeUp(.resumed, of: wait) }

  /// Ends the wait, if there is one, as if its task had been cancelled.
  public func cancel() { wakeUp(.cancelled, of: wait) }

  private func wakeUp(_ wake: Wake, of number: UInt64) {
    guard number == wait else { return }
    if isBeginning { early = early ?? wake }
    guard let waiting = continuation else { return }
    if wake == .resumed, let instead = instead.take() {
      // It may end the wait itself, by what it leads to.
      let isDone = instead.run()
      if continuation == nil { return }
      if isDone { return self.instead = consume instead }
    }
    instead = nil
    continuation = nil
    if let timer { EventLoop.shared.cancelTimer(timer) }
    timer = nil
    waiting.resume(returning: wake)
  }
}
