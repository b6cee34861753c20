import Glibc
import Sockets

/// This process as one of several that serve the same addresses: `--workers`.
///
/// Its sockets were opened by the process that has started it, its parent, and are descriptors 3 and up.
struct Worker: Sendable {
  /// Its number, counted from 1. One that takes the place of another has the same.
  let index: Int
  let descriptors: [CInt]
  private let parent: pid_t

  /// Says so to the process that is started: `INDEX:SOCKETS:PARENT`.
  static let variable = "SOCK_WORKER"

  static func value(index: Int, sockets: Int) -> String { "\(index):\(sockets):\(getpid())" }

  /// What this process is; nil unless it is a worker. The variable is removed, since programs for peers are none.
  static let current: Worker? = {
    guard let text = Environment.value(of: variable) else { return nil }
    Environment.remove(variable)
    let parts = text.split(separator: ":").compactMap { CInt($0) }
    // A variable that is left over from elsewhere makes no worker.
    guard parts.count == 3, (0...1024).contains(parts[1]), parts[2] == getppid() else { return nil }
    return Worker(index: Int(parts[0]), descriptors: (0..<parts[1]).map { 3 + $0 }, parent: parts[2])
  }()

  /// Ends with the process that has started it, even if that is killed. Called once the user has changed, which the
  /// kernel takes for a reason to forget it.
  func bindToParent() throws(OperationError) {
    ProcessIdentity.end(withParentBy: SIGTERM)
    guard getppid() == parent else { throw OperationError(.signal(SIGTERM), "the first process has ended") }
  }
}
