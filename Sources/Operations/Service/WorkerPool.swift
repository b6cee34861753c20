import Glibc
import SocketLoop
import Sockets

/// `--workers`: the first of several processes. It has opened the sockets, starts the workers, which are this program with
/// the same arguments, and starts another one in the place of one that crashes. It accepts nothing itself.
@LoopActor
final class WorkerPool: Drainable {
  private let listeners: Listeners
  private let options: ConnectionOptions
  private let reporter: EventReporter
  /// The sockets of each worker. They stay open here as well, so that peers wait where a worker has crashed; each is
  /// closed when nothing refers to it any more.
  private var sockets: [[AsyncSocket]] = []
  private var running: [Int: ChildProcess] = [:]
  private var isDraining = false
  /// The exit status of the worker whose failure ends all.
  private var failure: OperationError?

  /// How long a worker lives that has started well.
  private static let goodStart = Duration.seconds(10)
  /// How long workers have to end after the second signal, with what they have started.
  private static let patience = Duration.seconds(4)

  init(_ listeners: Listeners, _ options: ConnectionOptions, _ reporter: EventReporter) {
    self.listeners = listeners
    self.options = options
    self.reporter = reporter
    for index in 0..<(options.service.workers ?? 1) {
      sockets.append(index == 0 ? listeners.sockets : listeners.siblings(options) ?? listeners.sockets)
    }
    listeners.forgetSockets()
  }

  /// Runs the workers until all have ended by themselves, or one with an error.
  func run(_ service: Service) async throws(OperationError) {
    let rereads = options.access?.mayChange == true || options.tls?.mayChange == true
    let hangUps = rereads ? passOnHangUps() : nil
    defer { hangUps?.cancel() }
    try service.begin(reporter, self)
    let error = await withTaskGroup(of: OperationError?.self) { group in
      for index in sockets.indices {
        group.addTask(executorPreference: EventLoop.shared) { await self.keepRunning(index) }
      }
      var error: OperationError?
      while let ended = await group.next() {
        guard let ended else { continue }
        error = error ?? ended
        group.cancelAll()
      }
      return error
    }
    if let error { throw error }
    if Task.isCancelled { throw .cancelled }
  }

  /// Keeps one worker running. Returns once it has ended by itself, with its error if it has one.
  private func keepRunning(_ index: Int) async -> OperationError? {
    var backoff = Self.newBackoff
    while !isDraining {
      let start = MonotonicTime.now
      let ending: ChildProcess.Ending
      do throws(SystemError) {
        let process = try ChildProcess(plan(index))
        running[index] = process
        ending = await wait(for: process)
        running[index] = nil
      } catch {
        return OperationError(.system, "cannot start a worker: \(error)", errorNumber: error.number)
      }
      if Task.isCancelled || isDraining { return nil }
      switch ending {
      case .exited(0):
        // It has served as many as it was to serve.
        sockets[index] = []
        return nil
      case .exited(let status):
        return OperationError(.command(status), "worker \(index + 1) has ended with status \(status)")
      case .killed(let signal):
        if start.advanced(by: Self.goodStart) <= .now { backoff = Self.newBackoff }
        let delay = backoff.next()
        reporter.warn("worker \(index + 1) was ended by signal \(signal): another one takes its place")
        do throws(WaitError) { try await EventLoop.sleep(until: .after(delay)) } catch { return nil }
      }
    }
    return nil
  }

  private static var newBackoff: Backoff { Backoff(first: .milliseconds(100), limit: .seconds(5)) }

  /// Waits until a worker has ended. If the task is cancelled, it is ended at once.
  private func wait(for process: ChildProcess) async -> ChildProcess.Ending {
    while true {
      if let ending = await process.wait(until: .never) { return ending }
      guard Task.isCancelled else { continue }
      // In a separate task, because this one is cancelled.
      return await Task(executorPreference: EventLoop.shared) { await self.end(process) }.value
    }
  }

  private func end(_ process: ChildProcess) async -> ChildProcess.Ending {
    // SIGTERM would drain it.
    process.send(SIGINT)
    if let ending = await process.wait(until: .after(Self.patience)) { return ending }
    return await process.end(within: .seconds(1))
  }

  private func plan(_ index: Int) -> ChildPlan {
    var plan = ChildPlan([Self.program] + ProcessArguments.afterName())
    plan.descriptors = sockets[index].map { $0.socket.descriptor }
    plan.variables = [
      (Worker.variable, Worker.value(index: index + 1, sockets: plan.descriptors.count))
    ]
    plan.standardInput = null?.number
    return plan
  }

  /// Workers do not read standard input, of which there is one.
  private lazy var null: Descriptor? = {
    guard let file = try? OwnedDescriptor.open("/dev/null", O_RDONLY) else { return nil }
    return Descriptor(file.release())
  }()

  /// This program, by its own path, which process lists show.
  private static let program: [UInt8] = {
    let link = "/proc/self/exe"
    let path = FileSystem.target(of: link.utf8CString.map { $0 }) ?? []
    let isThere = FileSystem.executionError(path.map { CChar(bitPattern: $0) } + [0]) == nil
    return isThere && !path.isEmpty ? path : Array(link.utf8)
  }()

  // MARK: - Signals

  /// The sockets close here as well, so that later peers are refused, and not kept waiting for nobody.
  func drain() -> String? {
    isDraining = true
    for index in sockets.indices { sockets[index] = [] }
    listeners.close()
    for process in running.values { process.send(SIGTERM) }
    let number = running.count
    return number == 0 ? nil : number == 1 ? "the connections of 1 worker" : "the connections of \(number) workers"
  }

  /// Workers end by themselves when their grace is over.
  var margin: Duration { Self.patience }

  /// Has the workers read again what SIGHUP is about.
  private func passOnHangUps() -> Task<Void, Never>? {
    guard let signals = try? Signals([SIGHUP]) else { return nil }
    // Under nohup(1) it is ignored; here it has a meaning of its own.
    signal(SIGHUP, SIG_DFL)
    return Task(executorPreference: EventLoop.shared) { await self.passOn(signals) }
  }

  private func passOn(_ signals: Signals) async {
    while let number = try? await signals.next() {
      for process in running.values { process.send(number) }
    }
  }
}
