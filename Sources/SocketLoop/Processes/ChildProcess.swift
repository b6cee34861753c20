import CSocketShims
import Glibc
import Sockets

/// A command that runs beside the loop, by `/bin/sh -c`, with descriptors of ours.
///
/// It has our standard streams, and of the other descriptors only those that it is given; the signals that this program
/// ignores or blocks are as usual for it. Whoever starts one waits for it.
@LoopActor
public final class ChildProcess {
  /// How it ended.
  public enum Ending: Sendable, Hashable {
    case exited(CInt)
    case killed(signal: CInt)

    /// What a shell calls `$?`.
    public var status: CInt {
      switch self {
      case .exited(let status): status
      case .killed(let signal): 128 + signal
      }
    }
  }

  private let identifier: pid_t
  /// Whether it leads a group of its own, in which all are that it starts.
  private let leadsGroup: Bool
  private let descriptor: ProcessDescriptor
  private let watch: Watch

  /// Starts a command.
  ///
  /// Calls `posix_spawn(3)` and `pidfd_open(2)`.
  ///
  /// - Parameters:
  ///   - descriptors: what it has as 3, 4 and so on; here they are closed, so that the end of a pipe can come when the
  ///     command has ended.
  ///   - variables: put into its environment; nil takes one out.
  public init(
    shell command: [UInt8], descriptors: consuming ReceivedDescriptors, variables: [(name: String, value: String?)]
  ) throws(SystemError) {
    // With SIGCHLD ignored, as whoever started us may have it, no child leaves a status.
    signal(SIGCHLD, SIG_DFL)
    // What is typed goes to the foreground group of a terminal, and only that may read from it.
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

  /// Waits for its end.
  ///
  /// Where that ends early, because the task is cancelled, the command is ended too, with all that it started: by
  /// SIGTERM, and a second later by SIGKILL.
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
    // One that was stopped hears it only now.
    signalAll(SIGCONT)
    let limit = MonotonicTime.after(.seconds(1))
    do throws(LoopError) {
      while descriptor.isRunning { try await watch.readable(until: limit) }
    } catch {
      signalAll(SIGKILL)
    }
    // Those that it started and left behind.
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
    // Each is at its place or behind it, as they were opened one after the other: none overwrites another.
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
    sigaddset(&signals, SIGPIPE)
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

  /// Our environment with some variables set or taken out.
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
