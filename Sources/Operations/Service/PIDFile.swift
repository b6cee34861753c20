import Glibc
import SocketLoop
import Sockets

/// `--pidfile`: a file that holds the process ID of a server as long as it runs.
///
/// A lock on it keeps a second server out, and shows that one that was killed has left it behind. A file that names a
/// process that runs is not touched, whether it is locked or not, nor is one that holds anything but a number.
@LoopActor
final class PIDFile {
  private let name: String
  private let path: [CChar]
  private let file: OwnedDescriptor

  /// Claims the file, before anything else is done, without changing what it holds.
  init(_ name: String) throws(OperationError) {
    self.name = name
    path = name.utf8CString.map { $0 }
    file = try Self.open(name, path)
    switch Self.contents(of: file.borrowed) {
    case .nothing: break
    case .process(let number):
      // Our own number: in a container, each run may have the same one.
      if number != getpid(), kill(number, 0) == 0 || errno == EPERM {
        throw Self.failure(name, "it names process \(number), which is running", .exists)
      }
    case .other: throw Self.failure(name, "it holds something other than a process ID", .exists)
    }
  }

  /// Writes our process ID.
  func fill() throws(OperationError) {
    do throws(SystemError) { try write("\(getpid())\n") } catch {
      throw Self.failure(name, "\(error.number)", error.number)
    }
  }

  /// Opens and locks the file, creating it if it is not there.
  private static func open(
    _ name: String, _ path: [CChar]
  ) throws(OperationError) -> OwnedDescriptor {
    while true {
      let file: OwnedDescriptor
      do throws(SystemError) {
        // O_NOFOLLOW: the directory may be open to others, and the file is written as root.
        file = try OwnedDescriptor.open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o644)
      } catch {
        throw failure(name, "\(error.number)", error.number)
      }
      guard let status = FileSystem.status(of: file.borrowed), status.st_mode & S_IFMT == S_IFREG else {
        throw failure(name, "it is no regular file", .exists)
      }
      guard (try? file.borrowed.lock(within: .zero)) == true else {
        throw failure(name, "a running process has locked it\(holder(of: file.borrowed))", .exists)
      }
      // Its owner may have removed it before it was locked here.
      if isAt(path, file.borrowed) { return file }
    }
  }

  /// Whether the file is still the one at its path.
  private static func isAt(_ path: [CChar], _ file: Descriptor) -> Bool {
    guard let own = FileSystem.status(of: file), let there = FileSystem.status(of: path) else { return false }
    return own.st_ino == there.st_ino && own.st_dev == there.st_dev
  }

  private static func failure(_ name: String, _ reason: String, _ number: ErrorNumber) -> OperationError {
    OperationError(
      number == .permissionDenied || number == .notPermitted ? .notPermitted : .cannotCreate,
      "cannot write the PID file \(name): \(reason)", errorNumber: number)
  }

  private enum Contents {
    case nothing
    case process(pid_t)
    case other
  }

  private static func contents(of file: Descriptor) -> Contents {
    var bytes = [UInt8](repeating: 0, count: 32)
    let result = bytes.withUnsafeMutableBytes { buffer in try? file.read(into: buffer, at: 0) }
    guard case .moved(let count)? = result else { return .other }
    let text = bytes.prefix(count).filter { ![0x0a, 0x0d, 0x20].contains($0) }
    if text.isEmpty { return count < bytes.count ? .nothing : .other }
    return pid_t(String(decoding: text, as: UTF8.self)).flatMap { $0 > 0 ? .process($0) : nil } ?? .other
  }

  private static func holder(of file: Descriptor) -> String {
    if case .process(let number) = contents(of: file) { ": process \(number)" } else { "" }
  }

  private func write(_ text: String) throws(SystemError) {
    let bytes = Array(text.utf8)
    try file.borrowed.truncate()
    try bytes.span.withUnsafeBytes { (buffer) throws(SystemError) in _ = try file.borrowed.write(buffer, at: 0) }
  }

  /// Removes the file, unless another one has taken its place. Where that is not possible any more, because the user or
  /// the root directory was changed, the file is emptied, so that it names no process.
  func remove() {
    if Self.isAt(path, file.borrowed), (try? FileSystem.remove(path)) != nil { return }
    try? file.borrowed.truncate()
  }
}
