import Glibc
import Sockets
import Synchronization

/// One thread and one epoll set that run async Swift tasks: the event loop of the process.
///
/// There is one, ``shared``, to which ``LoopActor`` isolates. A program enters it with ``run(_:)`` on the thread that
/// becomes the loop's. If the main thread is needed for other work, ``startThread()`` runs the loop on a new thread.
///
/// Mutable state belongs to the loop's thread. Other threads reach it through the inbox, which has a lock, and wake it
/// with an eventfd. This is what makes the class Sendable.
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
  /// The loop of this process.
  public static let shared = EventLoop()

  // Used on the loop's thread only.
  private var ready: [UnownedJob] = []
  private var running: [UnownedJob] = []
  private var localActions: [@Sendable () -> Void] = []
  private var rounds = 0
  private var timers = TimerQueue()
  private var slots = WatchSlots()
  private var epoll: EpollBox?
  /// Resumed when nothing is ready any more, see ``settle(until:)``.
  private var settling: [Suspension] = []

  // Used on any thread.
  private let inbox = Mutex(Inbox())
  private struct Inbox {
    var jobs: [UnownedJob] = []
    var actions: [@Sendable () -> Void] = []
    /// Wakes the loop's thread, once it is running; jobs from other threads need it.
    var wake: WakeUp?
    var isEmpty: Bool { jobs.isEmpty && actions.isEmpty }
  }
  /// Whether the inbox contains anything, so that the loop takes the lock only then.
  private let hasMail = Atomic<Bool>(false)
  private let loopThread = Atomic<UInt>(0)

  private init() {}

  var isOnLoopThread: Bool { loopThread.load(ordering: .relaxed) == UInt(pthread_self()) }

  // MARK: - Executor

  /// Enqueues a job of a task. Called by the Swift runtime, on any thread.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isOnLoopThread {
      ready.append(job)
    } else {
      post { $0.jobs.append(job) }
    }
  }

  /// Checks that this is the loop's thread. Called by the Swift runtime for code that is isolated but not running in a
  /// task.
  public func checkIsolated() {
    precondition(isOnLoopThread, "this is for the thread of the event loop")
  }

  /// Runs an action on the loop's thread soon, for other threads and for cancellation handlers.
  package func perform(_ action: @escaping @Sendable () -> Void) {
    if isOnLoopThread {
      localActions.append(action)
    } else {
      post { $0.actions.append(action) }
    }
  }

  private func post(_ change: (inout Inbox) -> Void) {
    inbox.withLock { inbox in
      let wasEmpty = inbox.isEmpty
      change(&inbox)
      hasMail.store(true, ordering: .releasing)
      if wasEmpty { inbox.wake?.signal() }
    }
  }

  // MARK: - Running

  /// Runs `body`, and everything it starts, with this thread as the loop, until it returns.
  public func run<Result: Sendable>(_ body: @escaping @LoopActor @Sendable () async -> Result) -> Result {
    let outcome = Outcome<Result>()
    loopThread.store(UInt(pthread_self()), ordering: .relaxed)
    Task(executorPreference: self) {
      let value = await body()
      outcome.value.withLock { $0 = value }
      outcome.isKnown.store(true, ordering: .releasing)
    }
    // The whole loop is isolated, since entering the actor for each round or event would allocate each time.
    return LoopActor.assumeIsolated {
      while true {
        runReady()
        // Checked after the tasks have run and before the wait, since there may be no further event to end it.
        if outcome.isKnown.load(ordering: .acquiring), let value = outcome.value.withLock({ $0 }) { return value }
        waitForMore()
      }
    }
  }

  private final class Outcome<Result: Sendable>: Sendable {
    let value = Mutex<Result?>(nil)
    /// Checked each round: copying the value is slow, since its type is not known at compile time.
    let isKnown = Atomic<Bool>(false)
  }

  /// Starts a thread that runs the loop from now on, for programs and tests whose own threads do other work.
  public func startThread() {
    Self.threadStarted
  }

  private static let threadStarted: Void = {
    startDetachedThread {
      shared.loopThread.store(UInt(pthread_self()), ordering: .relaxed)
      LoopActor.assumeIsolated {
        while true {
          shared.runReady()
          shared.waitForMore()
        }
      }
    }
  }()

  @LoopActor
  private func runReady() {
    takeInbox()
    if ready.isEmpty { return }
    // The two arrays alternate, so that neither is reallocated. Jobs enqueued by these jobs run in the next round.
    swap(&ready, &running)
    for job in running {
      job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }
    running.removeAll(keepingCapacity: true)
  }

  /// Waits for the next event or timer, or only polls while jobs are ready.
  ///
  /// Events come before timers: what arrived while the process was stopped (Ctrl-Z) or busy was in time, so a task
  /// waiting for it with a deadline must see the event first.
  @LoopActor
  private func waitForMore() {
    var timeout: Int?
    var due: MonotonicTime?
    if let earliest = timers.earliest() {
      let now = MonotonicTime.now
      if earliest <= now {
        due = now
      } else {
        // Rounded up: a wait that ends early would spin until the timer is due.
        timeout = Int(clamping: (earliest.nanoseconds - now.nanoseconds + 999_999) / 1_000_000)
      }
    }
    if !ready.isEmpty || !localActions.isEmpty {
      // Jobs that keep enqueuing each other must not starve the descriptors: poll the epoll set every 16 rounds.
      rounds &+= 1
      if due == nil, slots.isEmpty || rounds & 15 != 0 { return }
      timeout = 0
    }
    guard let due else {
      if settling.isEmpty || timeout == 0 {
        wait(milliseconds: timeout)
      } else if wait(milliseconds: 0) == 0, ready.isEmpty, localActions.isEmpty, !hasMail.load(ordering: .acquiring) {
        let settled = settling
        settling = []
        for suspension in settled { suspension.resume() }
      }
      return
    }
    // Check every watch, since one call does not return all events.
    var unheard = slots.count
    while case let count = wait(milliseconds: 0), count == Epoll.maximumEvents, unheard > count { unheard -= count }
    while let action = timers.popDue(at: due) { action() }
  }

  @LoopActor
  private func takeInbox() {
    if hasMail.load(ordering: .acquiring) {
      let posted = inbox.withLock { inbox in
        defer {
          inbox.jobs.removeAll()
          inbox.actions.removeAll()
          hasMail.store(false, ordering: .relaxed)
        }
        return (jobs: inbox.jobs, actions: inbox.actions)
      }
      ready.append(contentsOf: posted.jobs)
      for action in posted.actions { action() }
    }
    while !localActions.isEmpty {
      let actions = localActions
      localActions = []
      for action in actions { action() }
    }
  }

  private var hasWork: Bool {
    !ready.isEmpty || !localActions.isEmpty || !timers.isEmpty || hasMail.load(ordering: .acquiring)
  }

  /// Waits for events. Without a timeout, it waits until an event has made a job ready, since some events are handled
  /// where they are reported.
  ///
  /// - Returns: the number of events.
  @discardableResult @LoopActor
  private func wait(milliseconds: Int?) -> Int {
    do throws(SystemError) {
      let epoll = try openEpoll()
      while true {
        let timeout = hasMail.load(ordering: .acquiring) ? 0 : milliseconds
        let count = try epoll.value.wait(milliseconds: timeout) { token, events in
          if token == WakeUp.token {
            epoll.wake.acknowledge()
          } else {
            slots.state(for: token)?.report(events)
          }
        }
        if timeout != nil || hasWork { return count }
      }
    } catch {
      // The set cannot be created (no descriptors, no memory), so nothing can be waited for: report it and exit.
      let message = "sock: \(error)\n"
      _ = message.utf8.span.withUnsafeBufferPointer {
        try? Descriptor.standardError.write(UnsafeRawBufferPointer($0))
      }
      exit(71)
    }
  }

  /// The epoll set is created for the first wait, so that a run that never waits does not pay for it.
  private func openEpoll() throws(SystemError) -> EpollBox {
    if let epoll { return epoll }
    let made = try EpollBox()
    epoll = made
    inbox.withLock { $0.wake = made.wake }
    return made
  }

  /// Waits until everything that has arrived is handled: no task is ready to run, and no event is pending.
  ///
  /// A process that was stopped past a deadline finds both the deadline and what came before it. With this, the
  /// deadline comes second.
  ///
  /// - Parameter limit: when to give up, since a busy peer may always have sent more.
  @LoopActor
  package func settle(until limit: MonotonicTime) async throws(WaitError) {
    let suspension = Suspension()
    settling.append(suspension)
    defer { settling.removeAll { $0 === suspension } }
    do throws(WaitError) { try await suspension.suspend(until: limit) } catch .timedOut { return } catch { throw error }
  }

  // MARK: - Watches and timers, on the loop's thread

  /// Registers a descriptor for events, or with its token, changes the events.
  @LoopActor
  func register(_ watch: Watch, for events: EpollEvents, token: UInt64?) throws(SystemError) -> UInt64 {
    let epoll = try openEpoll()
    let changes = events.union(.edgeTriggered)
    if let token {
      try epoll.value.modify(watch.descriptor, for: changes, token: token)
      return token
    }
    let token = slots.add(watch.state)
    do throws(SystemError) {
      try epoll.value.add(watch.descriptor, for: changes, token: token)
    } catch {
      slots.remove(token)
      throw error
    }
    return token
  }

  /// Forgets a descriptor.
  ///
  /// - Parameter watch: its watch, to be removed from the set; nil if closing the descriptor does that.
  @LoopActor
  func unregister(_ watch: Watch?, token: UInt64) {
    slots.remove(token)
    if let watch { try? epoll?.value.remove(watch.descriptor) }
  }

  @LoopActor
  func addTimer(at moment: MonotonicTime, _ action: @escaping @LoopActor () -> Void) -> TimerQueue.Timer {
    timers.add(at: moment, action)
  }

  @LoopActor
  func cancelTimer(_ timer: TimerQueue.Timer) { timers.cancel(timer) }
}

/// The epoll set and its wake-up, created together.
private final class EpollBox {
  let value: Epoll
  let wake: WakeUp

  init() throws(SystemError) {
    value = try Epoll()
    wake = try WakeUp()
    try value.add(wake.descriptor, for: [.readable], token: WakeUp.token)
  }
}

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

/// An eventfd with which other threads end the loop's wait.
final class WakeUp: Sendable {
  /// No watch has this token, since its generation is 0.
  static let token: UInt64 = 0
  private let event: EventDescriptor

  init() throws(SystemError) { event = try EventDescriptor() }

  var descriptor: CInt { event.number }

  func signal() { event.signal() }

  func acknowledge() { event.acknowledge() }
}
