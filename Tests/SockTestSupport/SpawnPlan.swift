import Glibc
import Synchronization

/// The arguments of `posix_spawn(3)`: the bytes of the command line, and the child's descriptors.
struct SpawnPlan {
  var argumentBytes: [[UInt8]]
  var environment: [String: String]
  var newSession: Bool
  private var descriptors: [(number: CInt, source: Descriptor)] = []
  private var owned: [Descriptor] = []

  init(argumentBytes: [[UInt8]], environment: [String: String], newSession: Bool) {
    self.argumentBytes = argumentBytes
    self.environment = environment
    self.newSession = newSession
  }

  /// The child gets a copy of a descriptor that the test keeps.
  mutating func open(_ number: CInt, _ source: Descriptor) { descriptors.append((number, source)) }

  /// The child gets a descriptor for itself alone: ours is closed when the child has started.
  mutating func openOwned(_ number: CInt, _ source: Descriptor) {
    open(number, source)
    owned.append(source)
  }

  mutating func inputPipe() throws -> Descriptor {
    let pipe = try Pipe()
    openOwned(0, pipe.reader)
    return pipe.writer
  }

  mutating func output(_ number: CInt, to output: RunningProcess.Output) throws -> Collector? {
    switch output {
    case .null: openOwned(number, try Descriptor.open("/dev/null", O_WRONLY))
    case .file(let path): openOwned(number, try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC))
    case .descriptor(let descriptor): open(number, descriptor)
    case .closed: break
    case .collected:
      let pipe = try Pipe()
      openOwned(number, pipe.writer)
      return Collector(pipe.reader)
    }
    return nil
  }

  /// Starts the program, after moving the source descriptors out of the way of their targets.
  func spawn() throws -> pid_t {
    let sources = try descriptors.map { try Descriptor(owning: fcntl($0.source.raw, F_DUPFD_CLOEXEC, 100)) }
    defer { for descriptor in sources + owned { descriptor.close() } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for number: CInt in 0...2 where !descriptors.contains(where: { $0.number == number }) {
      posix_spawn_file_actions_addclose(&actions, number)
    }
    for (target, source) in zip(descriptors, sources) {
      posix_spawn_file_actions_adddup2(&actions, source.raw, target.number)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    let setSession: CInt = newSession ? 0x80 : 0  // POSIX_SPAWN_SETSID is visible to GNU sources only
    posix_spawnattr_setflags(&attributes, Int16(CInt(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | setSession))

    let arguments = argumentBytes.map { strdup(bytes: $0) }
    let variables = childEnvironment().map { strdup($0) }
    defer { for pointer in arguments + variables { free(pointer) } }
    var identifier = pid_t()
    let status = spawning.withLock { _ in
      posix_spawnp(&identifier, arguments[0] ?? strdup(""), &actions, &attributes, arguments + [nil], variables + [nil])
    }
    guard status == 0 else {
      let name = String(decoding: argumentBytes[0], as: UTF8.self)
      throw TestFailure("cannot start \(name): \(String(cString: strerror(status)))")
    }
    return identifier
  }

  /// Our environment, without what would let Swift's crash handler outlive the test.
  private func childEnvironment() -> [String] {
    var values = environment
    if values["SWIFT_BACKTRACE"] == nil { values["SWIFT_BACKTRACE"] = "enable=no" }
    var result = values.map { "\($0.key)=\($0.value)" }
    var cursor = environ
    while let entry = cursor.pointee {
      let text = String(cString: entry)
      let name = text.prefix { $0 != "=" }
      if values[String(name)] == nil { result.append(text) }
      cursor += 1
    }
    return result
  }
}

private func strdup(bytes: [UInt8]) -> UnsafeMutablePointer<CChar>? {
  let copy = malloc(bytes.count + 1)?.assumingMemoryBound(to: CChar.self)
  for (index, byte) in bytes.enumerated() { copy?[index] = CChar(bitPattern: byte) }
  copy?[bytes.count] = 0
  return copy
}
