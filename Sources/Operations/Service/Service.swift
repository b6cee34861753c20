import SocketLoop
import Sockets

/// What accepts no more once SIGTERM has come, and lets what is there go on.
@LoopActor
protocol Drainable: AnyObject, Sendable {
  /// Accepts no more.
  ///
  /// - Returns: what may go on; nil if nothing is left.
  func drain() -> String?

  /// How much more time it needs to end what the grace has not.
  var margin: Duration { get }
}

extension Acceptor: Drainable {
  func drain() -> String? {
    let number: Int = drain()
    return number == 0 ? nil : number == 1 ? "1 connection" : "\(number) connections"
  }

  var margin: Duration { .zero }
}

/// A server, as the system that runs it sees it: when it is ready, how it ends, and what it leaves behind.
///
/// A verb that accepts calls ``begin(_:_:)`` once it is set up and before it serves the first peer; ``Acceptor/run(_:)``
/// does so on its behalf.
@LoopActor
final class Service {
  private nonisolated let settings: ServiceSettings
  private nonisolated let manager: ServiceManager?
  /// Whether SIGHUP makes it read something again, rather than end.
  var rereads = false
  private var privileges: Privileges?
  private var pidFile: PIDFile?
  private var watchdog: Task<Void, Never>?
  /// What is left to end in order; nil for a run that a signal ends at once.
  private weak var work: (any Drainable)?
  private var reporter: EventReporter?
  private var hasBegun = false
  /// What each peer needs: tried again once the rights of root are gone.
  var checkRights: @LoopActor () throws(OperationError) -> Void = {}
  private var isStopping = false
  /// Whether this is the first of several processes, which serves no peers itself.
  nonisolated var hasWorkers: Bool { settings.workers != nil && !isWorker }
  private nonisolated var isWorker: Bool { Worker.current != nil }

  nonisolated init(_ settings: ServiceSettings) {
    self.settings = settings
    manager = ServiceManager.ofProcess()
  }

  /// Checks what can be checked before anything is opened.
  func prepare() throws(OperationError) {
    privileges = try Privileges(settings)
    if let path = settings.pidFile, !isWorker { pidFile = try PIDFile(path) }
  }

  /// Everything is set up: peers may come from now on.
  ///
  /// - Parameter work: what SIGTERM drains: a server of many. A single connection ends at once.
  func begin(_ reporter: EventReporter, _ work: (any Drainable)? = nil) throws(OperationError) {
    // A relay may serve one side after the other.
    guard !hasBegun else { return }
    hasBegun = true
    (self.reporter, self.work) = (reporter, work)
    try pidFile?.fill()
    // The first of several processes keeps its rights, which it needs to end the others.
    if !hasWorkers, let privileges {
      try privileges.drop()
      do throws(OperationError) {
        try checkRights()
      } catch {
        throw OperationError(
          .notPermitted, "\(error.message), with the rights that --user, --group and --chroot leave",
          errorNumber: error.errorNumber)
      }
    }
    try Worker.current?.bindToParent()
    guard let manager else { return }
    if let error = manager.tell(["READY=1"]) {
      reporter.warn("the service manager was not told that this server is ready: \(error)")
    }
    guard let interval = manager.watchdogInterval else { return }
    watchdog = Task(executorPreference: EventLoop.shared) { await Self.feed(manager, every: interval / 2) }
  }

  /// The loop itself says that it is alive: if it hangs, nothing does.
  private static func feed(_ manager: ServiceManager, every interval: Duration) async {
    while true {
      _ = manager.tell(["WATCHDOG=1"])
      do throws(WaitError) { try await EventLoop.sleep(until: .after(interval)) } catch { return }
    }
  }

  /// SIGTERM has come: no more peers are accepted.
  ///
  /// - Returns: how long the connections may go on; nil if there is nothing that could end in order.
  func drain() -> Duration? {
    guard let work, settings.grace > .zero else { return nil }
    guard let what = work.drain() else {
      stop(saying: "stopping")
      return settings.grace
    }
    let sentence = "\(what) may go on for \(describe(settings.grace))"
    stop(saying: "draining: \(sentence)")
    reporter?.emit(.draining) { $0.message = sentence }
    return settings.grace + work.margin
  }

  /// Tells the service manager that this server accepts no more.
  private func stop(saying status: String) {
    guard hasBegun, !isStopping else { return }
    isStopping = true
    _ = manager?.tell(["STOPPING=1", "STATUS=\(status)"])
  }

  /// The work is done, or given up.
  func end() {
    stop(saying: "stopping")
    watchdog?.cancel()
    pidFile?.remove()
    pidFile = nil
  }
}
