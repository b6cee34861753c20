import CSocketShims
import Glibc
import Sockets

/// A command run by `/bin/sh -c`, which inherits some of our descriptors.
///
/// It inherits the standard streams, and otherwise only the descriptors given to it. Signals that this program ignores
/// or blocks are reset to their defaults. Every child must be waited for.
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

  /// Starts a command.
  ///
  /// Calls `posix_spawn(3)` and `pidfd_open(2)`.
  ///
  /// - Parameters:
  ///   - command: the argument of `sh -c`, as bytes.
  ///   - descriptors: the command's descriptors 3, 4 and so on. They are closed here, so that a pipe ends when the
  ///     command does.
  ///   - variables: environment variables to set, or to remove if the value is nil.
  public init(
    shell command: [UInt8], descriptors: consuming ReceivedDescriptors, variables: [(name: String, value: String?)]
  ) throws(SystemError) {
    // If SIGCHLD is ignored, possibly because our parent ignored it, the exit status of children is lost.
    signal(SIGCHLD, SIG_DFL)
    // Only the foreground process group gets the terminal's input and its signals.
    leadsGroup = !Descriptor.standardInput.isTerminal
    do {
      let given = descriptors
      identifier = try Self.spawn(command, given.numbers, variables, leadsGroup: leadsGroup)
    }
    do throws(SystemError) {
      descriptor = try ProcessDescriptor(of: identifier)
    } catch {
      kill(identifier, SIGKILL)
      waitpid(identifier, nil, 0)
      throw error
    }
    watch = Watch(descriptor.number)
  }

  /// Waits until the command ends.
  ///
  /// If the task is cancelled, the command and all it has started are ended with SIGTERM, and a second later with
  /// SIGKILL.
  public func wait() async throws(LoopError) -> Ending {
    do throws(LoopError) {
      while descriptor.isRunning { try await watch.readable() }
    } catch {
      await Task(executorPreference: EventLoop.shared) { await self.end() }.value
      throw error
    }
    return reap()
  }

  private func end() async {
    signalAll(SIGTERM)
    // A stopped process handles SIGTERM only when it is continued.
    signalAll(SIGCONT)
    let limit = MonotonicTime.after(.seconds(1))
    do throws(LoopError) {
      while descriptor.isRunning { try await watch.readable(until: limit) }
    } catch {
      signalAll(SIGKILL)
    }
    // Processes that the command started and left behind.
    if leadsGroup { signalAll(SIGKILL) }
    _ = reap()
  }

  private func signalAll(_ number: CInt) { kill(leadsGroup ? -identifier : identifier, number) }

  private func reap() -> Ending {
    watch.close()
    var status: CInt = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
  }

  private static func spawn(
    _ command: [UInt8], _ descriptors: [CInt], _ variables: [(name: String, value: String?)], leadsGroup: Bool
  ) throws(SystemError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Each descriptor is at its target or above it, since they were opened in order, so that none overwrites another.
    for (index, number) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, number, CInt(3 + index))
    }
    sockshim_spawn_close_from(&actions, CInt(3 + descriptors.count))

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGPIPE, SIGXFSZ] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    if leadsGroup { flags |= POSIX_SPAWN_SETPGROUP }
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let arguments = [Array("sh".utf8), Array("-c".utf8), command].map { copy($0) }
    let environment = environment(with: variables).map { copy($0) }
    defer { for pointer in arguments + environment { pointer.deallocate() } }
    var identifier = pid_t()
    let number = posix_spawn(
      &identifier, "/bin/sh", &actions, &attributes, arguments + [nil], environment + [nil])
    guard number == 0 else {
      throw SystemError(call: "posix_spawn", number: ErrorNumber(rawValue: number), subject: "of /bin/sh")
    }
    return identifier
  }

  /// Our environment with some variables set or removed.
  private static func environment(with variables: [(name: String, value: String?)]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var cursor = sockshim_environment()
    while let next = cursor, let entry = next.pointee {
      let bytes = UnsafeBufferPointer(start: entry, count: strlen(entry)).map { UInt8(bitPattern: $0) }
      let isReplaced = variables.contains { bytes.starts(with: Array("\($0.name)=".utf8)) }
      if !isReplaced { result.append(bytes) }
      cursor = next + 1
    }
    for (name, value) in variables {
      if let value { result.append(Array("\(name)=\(value)".utf8)) }
    }
    return result
  }

  /// The bytes as a C string.
  private static func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
    copy[bytes.count] = 0
    return copy
  }
}
