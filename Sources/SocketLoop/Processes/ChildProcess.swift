import Glibc
import Sockets

/// A program that this one has started: a ``ChildPlan`` that runs.
///
/// Every child must be waited for.
@LoopActor
public final class ChildProcess {
  /// How it ended.
  public enum Ending: Sendable, Hashable {
    case exited(CInt)
    case killed(signal: CInt)

    /// The shell's `$?`.
    public var status: CInt {
      switch self {
      case .exited(let status): status
      case .killed(let signal): 128 + signal
      }
    }
  }

  private let identifier: pid_t
  /// Whether it leads a process group of its own, which includes everything it starts.
  private let leadsGroup: Bool
  private let descriptor: ProcessDescriptor
  private let watch: Watch
  /// How it ended; nil while it has not been waited for.
  public private(set) var ending: Ending?

  /// Starts a program.
  ///
  /// Calls `posix_spawnp(3)` and `pidfd_open(2)`.
  public convenience init(_ plan: ChildPlan) throws(SystemError) {
    try self.init(started: try Self.start(plan), leadsGroup: plan.leadsGroup || plan.terminal != nil)
  }

  private static func start(_ plan: ChildPlan) throws(SystemError) -> pid_t {
    // If SIGCHLD is ignored, possibly because our parent ignored it, the exit status of children is lost.
    signal(SIGCHLD, SIG_DFL)
    return try plan.spawn()
  }

  private init(started identifier: pid_t, leadsGroup: Bool) throws(SystemError) {
    self.identifier = identifier
    self.leadsGroup = leadsGroup
    do throws(SystemError) {
      descriptor = try ProcessDescriptor(of: identifier)
    } catch {
      kill(identifier, SIGKILL)
      waitpid(identifier, nil, 0)
      throw error
    }
    watch = Watch(descriptor.number)
  }

  /// Starts a command by `/bin/sh -c`, which inherits the standard streams and some of our descriptors.
  ///
  /// - Parameters:
  ///   - command: the argument of `sh -c`, as bytes.
  ///   - descriptors: the command's descriptors 3, 4 and so on. They are closed here, so that a pipe ends when the
  ///     command does.
  ///   - variables: environment variables to set, or to remove if the value is nil.
  public convenience init(
    shell command: [UInt8], descriptors: consuming ReceivedDescriptors, variables: [(name: String, value: String?)]
  ) throws(SystemError) {
    var plan = ChildPlan.shell(command)
    plan.variables = variables
    // Only the foreground process group gets the terminal's input and its signals.
    plan.leadsGroup = !Descriptor.standardInput.isTerminal
    let identifier: pid_t
    do {
      // Closed before the program's own descriptor is opened, for which there may be no room otherwise.
      let given = descriptors
      plan.descriptors = given.numbers
      identifier = try Self.start(plan)
    }
    try self.init(started: identifier, leadsGroup: plan.leadsGroup)
  }

  /// Waits until the program ends.
  ///
  /// If the task is cancelled, the program and all it has started are ended with SIGTERM, and a second later with
  /// SIGKILL.
  public func wait() async throws(LoopError) -> Ending {
    do throws(LoopError) {
      while descriptor.isRunning { try await watch.readable() }
    } catch {
      _ = await Task(executorPreference: EventLoop.shared) { await self.end(within: .seconds(1)) }.value
      throw error
    }
    return reap()
  }

  /// Waits until the program ends; nil if it still runs when the time is up, or if the task is cancelled.
  public func wait(until limit: MonotonicTime) async -> Ending? {
    if let ending { return ending }
    do throws(LoopError) {
      while descriptor.isRunning { try await watch.readable(until: limit) }
    } catch {
      return nil
    }
    return reap()
  }

  /// Sends the program and all it has started a signal, unless it has ended.
  public func send(_ signal: CInt) { if ending == nil { signalAll(signal) } }

  /// Ends the program and all it has started: with SIGTERM, and if that does not end it in time, with SIGKILL.
  public func end(within grace: Duration) async -> Ending {
    if let ending { return ending }
    signalAll(SIGTERM)
    // A stopped process handles SIGTERM only when it is continued.
    signalAll(SIGCONT)
    let limit = MonotonicTime.after(grace)
    do throws(LoopError) {
      while descriptor.isRunning { try await watch.readable(until: limit) }
    } catch {
      signalAll(SIGKILL)
    }
    // Processes that the program started and left behind.
    if leadsGroup { signalAll(SIGKILL) }
    return reap()
  }

  private func signalAll(_ number: CInt) { kill(leadsGroup ? -identifier : identifier, number) }

  private func reap() -> Ending {
    if let ending { return ending }
    watch.close()
    var status: CInt = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    let result = signal == 0 ? Ending.exited(status >> 8 & 0xff) : .killed(signal: signal)
    ending = result
    return result
  }
}
