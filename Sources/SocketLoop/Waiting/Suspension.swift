import Sockets

/// A point at which one task at a time waits until it is resumed, its deadline passes, or it is cancelled.
@LoopActor
public final class Suspension {
  /// Why a wait ended.
  package enum Wake: Sendable { case resumed, timedOut, cancelled }

  private var continuation: UnsafeContinuation<Wake, Never>?
  private var timer: TimerQueue.Timer?
  /// Counts the waits, so that a late cancellation does not end the next one.
  private var wait: UInt64 = 0
  /// A wait has begun but its task is not suspended yet. The runtime may run other jobs in between, since it leaves
  /// and enters the actor around `withTaskCancellationHandler`. A wake-up that arrives then is kept in ``early``.
  private var isBeginning = false
  private var early: Wake?
  /// The handler of a parked task, see ``park(_:onResume:)``.
  private var resumeHandler: ResumeHandler?
  /// A struct instead of the bare closure: an optional closure gets another wrapper each time it is taken out (see
  /// ``wakeUp(_:of:)``).
  private struct ResumeHandler: ~Copyable { let run: @LoopActor () -> Bool }
  /// What waits here without a task, see ``rest(_:)``.
  private var callback: Callback?
  private struct Callback: ~Copyable { let run: @LoopActor (Wake) -> Bool }

  /// Creates a suspension without a waiting task.
  public nonisolated init() {}

  /// Whether a task or a callback is waiting.
  public var isWaiting: Bool { continuation != nil || callback != nil }

  /// Waits for ``resume()``.
  public func suspend(until deadline: MonotonicTime = .never) async throws(WaitError) {
    // The second of two waiters would replace the first one's continuation, and that task would never end.
    assert(!isWaiting && !isBeginning, "two tasks wait in one place")
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

  /// Parks a task until ``resume()`` or ``cancel()``. This is the cheapest wait: the caller must handle the
  /// cancellation of its task.
  ///
  /// - Parameters:
  ///   - continuation: resumed with the reason when the wait ends.
  ///   - handler: called at each ``resume()``. If it returns true, it has handled the event and the task stays parked;
  ///     if it returns false, the task wakes. Waking a task that then waits again takes thousands of instructions, most
  ///     of the cost of a short message.
  package func park(
    _ continuation: UnsafeContinuation<Wake, Never>, onResume handler: (@LoopActor () -> Bool)? = nil
  ) {
    assert(!isWaiting && !isBeginning, "two tasks wait in one place")
    wait &+= 1
    self.continuation = continuation
    resumeHandler = if let handler { ResumeHandler(run: handler) } else { nil }
  }

  /// Waits without a task: for what is idle for long, since a suspended task holds kilobytes of memory.
  ///
  /// - Parameter callback: called with the reason when the wait ends. If it returns true, it waits on. It must not begin
  ///   a wait here before it returns true.
  package func rest(_ callback: @escaping @LoopActor (Wake) -> Bool) {
    assert(!isWaiting && !isBeginning, "two tasks wait in one place")
    wait &+= 1
    self.callback = Callback(run: callback)
  }

  /// Ends the wait, if there is one.
  public func resume() { wakeUp(.resumed, of: wait) }

  /// Ends the wait, if there is one, as if its task had been cancelled.
  public func cancel() { wakeUp(.cancelled, of: wait) }

  private func wakeUp(_ wake: Wake, of number: UInt64) {
    guard number == wait else { return }
    if isBeginning { early = early ?? wake }
    if let resting = callback.take() {
      if resting.run(wake) { callback = consume resting }
      return
    }
    guard let waiting = continuation else { return }
    if wake == .resumed, let handler = resumeHandler.take() {
      // The handler itself may end the wait.
      let isHandled = handler.run()
      if continuation == nil { return }
      if isHandled { return resumeHandler = consume handler }
    }
    resumeHandler = nil
    continuation = nil
    if let timer { EventLoop.shared.cancelTimer(timer) }
    timer = nil
    waiting.resume(returning: wake)
  }
}

/// Why a wait ended early.
public enum WaitError: Error, Hashable, Sendable {
  /// The deadline came first.
  case timedOut
  /// The task was cancelled, or the descriptor was closed.
  case cancelled
}

/// An operation on the loop that failed, in the kernel or while waiting.
public enum LoopError: Error, Hashable, Sendable {
  case system(SystemError)
  case timedOut
  case cancelled

  /// Converts the reason of a wait.
  public init(_ error: WaitError) {
    switch error {
    case .timedOut: self = .timedOut
    case .cancelled: self = .cancelled
    }
  }
}

extension LoopError: CustomStringConvertible {
  /// The reason, as part of a sentence.
  public var description: String {
    switch self {
    case .system(let error): error.description
    case .timedOut: "timed out"
    case .cancelled: "cancelled"
    }
  }
}
