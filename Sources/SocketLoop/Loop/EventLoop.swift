import Glibc
import Sockets
import Synchronization

/// One thread and one epoll set that run async Swift tasks: the process's event loop.
///
/// There is one, ``shared``, which ``LoopActor`` isolates to. A program enters by ``run(_:)`` on the thread that is to be
/// the loop's; a library user whose main thread is busy starts it with ``startThread()``.
///
/// Its mutable state belongs to the loop's thread. Other threads reach it through the inbox, which has a lock, and wake it
/// by an eventfd: that is why the class may say that it is Sendable.
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
  /// The loop of this process.
  public static let shared = EventLoop()

  // Of the loop's thread.
  private var ready: [UnownedJob] = []
  private var running: [UnownedJob] = []
  private var localActions: [@Sendable () -> Void] = []
  private var rounds = 0
  private var timers = TimerQueue()
  private var slots = WatchSlots()
  private var epoll: EpollBox?

  // Of every thread.
  private let inbox = Mutex(Inbox())
  private struct Inbox {
    var jobs: [UnownedJob] = []
    var actions: [@Sendable () -> Void] = []
    /// The loop's thread, once it has one; jobs from elsewhere need the wake-up.
    var wake: WakeUp?
    var isEmpty: Bool { jobs.isEmpty && actions.isEmpty }
  }
  /// Whether the inbox has anything: the loop takes the lock only then.
  private let hasMail = Atomic<Bool>(false)
  private let loopThread = Atomic<UInt>(0)

  private init() {}

  var isOnLoopThread: Bool { loopThread.load(ordering: .relaxed) == UInt(pthread_self()) }

  // MARK: - Executor

  /// Takes a job of a task: what the language calls, on any thread.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isOnLoopThread {
      ready.append(job)
    } else {
      post { $0.jobs.append(job) }
    }
  }

  /// Says that the loop itself, which is no task, is where its actor's code may run: what the language asks in places.
  public func checkIsolated() {
    precondition(isOnLoopThread, "this is for the thread of the event loop")
  }

  /// Runs an action on the loop's thread, soon: for other threads, and for handlers of cancellation.
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

  /// Runs `body` on this thread as the loop, with everything that it starts, until it returns.
  public func run<Result: Sendable>(_ body: @escaping @LoopActor @Sendable () async -> Result) -> Result {
    let outcome = Outcome<Result>()
    loopThread.store(UInt(pthread_self()), ordering: .relaxed)
    Task(executorPreference: self) {
      let value = await body()
      outcome.value.withLock { $0 = value }
      outcome.isKnown.store(true, ordering: .releasing)
    }
    // Isolated as a whole: to enter the actor for each round or event would allocate each time.
    return LoopActor.assumeIsolated {
      while true {
        runReady()
        // Asked after the tasks have run and before the wait: nothing may come any more that would end it.
        if outcome.isKnown.load(ordering: .acquiring), let value = outcome.value.withLock({ $0 }) { return value }
        waitForMore()
      }
    }
  }

  private final class Outcome<Result: Sendable>: Sendable {
    let value = Mutex<Result?>(nil)
    /// Asked each round; the value is of a type that is not known when this is compiled, which is slow to copy.
    let isKnown = Atomic<Bool>(false)
  }

  /// Starts a thread that is the loop from now on: for programs and tests whose own threads do other work.
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
    // Two arrays in turn, so that none is allocated: what the jobs enqueue is for the next round.
    swap(&ready, &running)
    for job in running {
      job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }
    running.removeAll(keepingCapacity: true)
  }

  /// Waits for the next event or timer; not at all while jobs are ready.
  ///
  /// Events go before timers: what came while the process was stopped (Ctrl-Z) or busy came in time, so whoever waits for
  /// it with a deadline must hear of it first.
  @LoopActor
  private func waitForMore() {
    var timeout: Int?
    var due: MonotonicTime?
    if let earliest = timers.earliest() {
      let now = MonotonicTime.now
      if earliest <= now {
        due = now
      } else {
        // Rounded up: a wait that ends early would spin until its moment.
        timeout = Int(clamping: (earliest.nanoseconds - now.nanoseconds + 999_999) / 1_000_000)
      }
    }
    if !ready.isEmpty || !localActions.isEmpty {
      // Jobs that keep one another going must not keep descriptors waiting: the set is asked every so many rounds.
      rounds &+= 1
      if due == nil, slots.isEmpty || rounds & 15 != 0 { return }
      timeout = 0
    }
    guard let due else {
      wait(milliseconds: timeout)
      return
    }
    // Every watch is heard: one call does not bring all that came.
    var unheard = slots.count
    while case let count = wait(milliseconds: 0), count == Epoll.mostEvents, unheard > count { unheard -= count }
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

  /// Hears of events: without a time until they make work, for one may be dealt with where it is reported.
  ///
  /// - Returns: how many events there were.
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
      // The set cannot be made (no descriptors, no memory), and nothing can be waited for: say so and stop.
      let message = "sock: \(error)\n"
      _ = message.utf8.span.withUnsafeBufferPointer {
        try? Descriptor.standardError.write(UnsafeRawBufferPointer($0))
      }
      exit(71)
    }
  }

  /// The epoll set is made with the first wait: what never waits never pays for it.
  private func openEpoll() throws(SystemError) -> EpollBox {
    if let epoll { return epoll }
    let made = try EpollBox()
    epoll = made
    inbox.withLock { $0.wake = made.wake }
    return made
  }

  // MARK: - Watches and timers, on the loop's thread

  /// Has the changes of a descriptor reported; with the token that it has, other ones than before.
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

  @LoopActor
  func unregister(_ watch: Watch, token: UInt64) {
    slots.remove(token)
    try? epoll?.value.remove(watch.descriptor)
  }

  @LoopActor
  func addTimer(at moment: MonotonicTime, _ action: @escaping @LoopActor () -> Void) -> TimerQueue.Timer {
    timers.add(at: moment, action)
  }

  @LoopActor
  func cancelTimer(_ timer: TimerQueue.Timer) { timers.cancel(timer) }
}

/// The epoll set and its wake-up, made together.
private final class EpollBox {
  let value: Epoll
  let wake: WakeUp

  init() throws(SystemError) {
    value = try Epoll()
    wake = try WakeUp()
    try value.add(wake.descriptor, for: [.readable], token: WakeUp.token)
  }
}
