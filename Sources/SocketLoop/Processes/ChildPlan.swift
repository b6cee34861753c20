import CSocketShims
import Glibc
import Sockets

/// What a child process runs, and what it inherits.
///
/// It inherits standard error, and whatever else is not replaced here of the standard streams, but no other descriptor;
/// and the limit of descriptors that this process had at its start.
public struct ChildPlan: Sendable {
  /// The program and its arguments, as bytes. The program is a path, or a name that is looked up in `PATH`.
  public var arguments: [[UInt8]]
  /// Environment variables to set, or to remove if the value is nil.
  public var variables: [(name: String, value: String?)] = []
  /// Its descriptors 3, 4 and so on.
  public var descriptors: [CInt] = []
  /// Becomes its standard input; nil for ours.
  public var standardInput: CInt?
  /// Becomes its standard output; nil for ours.
  public var standardOutput: CInt?
  /// The path of a terminal that becomes its controlling terminal, its standard streams included, in a session of its
  /// own.
  public var terminal: String?
  /// Whether it leads a process group of its own, so that whatever it starts can be ended with it.
  public var leadsGroup = true

  /// A plan that runs this program.
  public init(_ arguments: [[UInt8]]) { self.arguments = arguments }

  /// A plan that runs a command by `sh -c`.
  public static func shell(_ command: [UInt8]) -> ChildPlan {
    ChildPlan([Array("/bin/sh".utf8), Array("-c".utf8), command])
  }

  /// Starts it, and returns its process ID.
  ///
  /// Calls `posix_spawnp(3)`. Signals that this program ignores or blocks are reset to their defaults.
  @LoopActor
  func spawn() throws(SystemError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    arrange(&actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    prepare(&attributes)
    let arguments = arguments.map { Self.copy($0) }
    let (environment, copies) = environment()
    defer { for pointer in arguments + copies { pointer.deallocate() } }
    var identifier = pid_t()
    let number = DescriptorLimit.withInherited {
      posix_spawnp(&identifier, arguments[0], &actions, &attributes, arguments + [nil], environment + [nil])
    }
    guard number == 0 else {
      throw SystemError(
        call: "posix_spawn", number: ErrorNumber(rawValue: number),
        subject: "of " + String(decoding: self.arguments[0], as: UTF8.self))
    }
    return identifier
  }

  private func arrange(_ actions: inout posix_spawn_file_actions_t) {
    if let terminal {
      // The first terminal that the leader of a session opens becomes its controlling terminal.
      posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }
    if let standardInput { posix_spawn_file_actions_adddup2(&actions, standardInput, 0) }
    if let standardOutput { posix_spawn_file_actions_adddup2(&actions, standardOutput, 1) }
    // Each descriptor is at its target or above it, since they were opened in order, so that none overwrites another.
    for (index, number) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, number, CInt(3 + index))
    }
    sockshim_spawn_close_from(&actions, CInt(3 + descriptors.count))
  }

  private func prepare(_ attributes: inout posix_spawnattr_t) {
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGPIPE, SIGXFSZ] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    if terminal != nil {
      flags |= CInt(sockshim_POSIX_SPAWN_SETSID)
    } else if leadsGroup {
      flags |= POSIX_SPAWN_SETPGROUP
    }
    posix_spawnattr_setflags(&attributes, Int16(flags))
  }

  /// Our environment with some variables set or removed, and those of its strings that are copies.
  private func environment() -> (all: [UnsafeMutablePointer<CChar>], copies: [UnsafeMutablePointer<CChar>]) {
    let beginnings = variables.map { Array("\($0.name)=".utf8CString.dropLast()) }
    var result: [UnsafeMutablePointer<CChar>] = []
    var cursor = sockshim_environment()
    while let next = cursor, let entry = next.pointee {
      if !beginnings.contains(where: { strncmp(entry, $0, $0.count) == 0 }) { result.append(entry) }
      cursor = next + 1
    }
    let copies = variables.compactMap { (name, value) in value.map { Self.copy(Array("\(name)=\($0)".utf8)) } }
    return (result + copies, copies)
  }

  /// The bytes as a C string.
  private static func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
    copy[bytes.count] = 0
    return copy
  }
}
