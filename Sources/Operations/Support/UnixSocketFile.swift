import Glibc
import SocketLoop
import Sockets

/// The file of a Unix socket that we listen on: made safely, and removed when we end if it is still ours.
///
/// A path that holds anything but a dead socket of ours is never removed. Between the look and the removal another sock
/// could bind, so both happen under a lock on the directory.
@LoopActor
final class UnixSocketFile {
  private let path: String
  private var identity: (device: dev_t, inode: ino_t)?

  /// Binds `socket` to the path, after a dead socket that was left there is out of the way.
  ///
  /// - Parameter mode: the permission bits; nil for what the umask leaves.
  init(binding socket: borrowing Socket, to path: String, mode: UInt32?) throws(OperationError) {
    self.path = path
    let lock = open(Self.directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if lock < 0 { throw Self.cannotCreate(path, ErrorNumber(rawValue: errno)) }
    defer { close(lock) }
    flock(lock, LOCK_EX)
    try Self.clear(path, type: socket.type)
    // Set before the file exists: nobody can open it in between.
    let previous = mode.map { umask(mode_t(~$0 & 0o777)) }
    defer { if let previous { umask(previous) } }
    do throws(SystemError) {
      try socket.bind(to: .unix(try Self.address(path)))
    } catch {
      if error.number == .addressInUse { throw Self.inUse(path) }
      throw Self.cannotCreate(path, error.number)
    }
    var status = stat()
    if lstat(path, &status) == 0 { identity = (status.st_dev, status.st_ino) }
  }

  /// Removes the file, unless another one has taken its place.
  func remove() {
    guard let identity else { return }
    self.identity = nil
    var status = stat()
    if lstat(path, &status) == 0, status.st_dev == identity.device, status.st_ino == identity.inode { unlink(path) }
  }

  private static func clear(_ path: String, type: SocketType) throws(OperationError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      // The bind tells of everything but "not there".
      return
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw OperationError(
        .cannotCreate, "cannot make a Unix socket at \(path): a file that is no socket stands there, and stays there",
        errorNumber: .exists)
    }
    switch probe(path, type: type) {
    case .connectionRefused?:
      guard status.st_uid == geteuid() else {
        throw OperationError(
          .cannotCreate, "cannot make a Unix socket at \(path): a dead socket of user \(status.st_uid) stands there",
          errorNumber: .exists)
      }
      unlink(path)
    case .noEntry?: return
    default: throw inUse(path)
    }
  }

  /// What connecting to the socket gives: refused means that nobody has it open.
  private static func probe(_ path: String, type: SocketType) -> ErrorNumber? {
    do throws(SystemError) {
      let socket = try Socket.open(.unix, type, mode: .nonBlocking)
      _ = try socket.connect(to: .unix(try address(path)))
      return nil
    } catch {
      return error.number
    }
  }

  private static func address(_ path: String) throws(SystemError) -> UnixAddress {
    do throws(AddressError) {
      return try UnixAddress(path: Array(path.utf8))
    } catch {
      throw SystemError(call: "bind", number: .nameTooLong, subject: "to \(path)")
    }
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func inUse(_ path: String) -> OperationError {
    OperationError(
      .system, "cannot listen on \(path): Address in use (EADDRINUSE): somebody listens there",
      errorNumber: .addressInUse)
  }

  private static func cannotCreate(_ path: String, _ number: ErrorNumber) -> OperationError {
    OperationError(
      number == .permissionDenied || number == .notPermitted ? .notPermitted : .cannotCreate,
      "cannot make a Unix socket at \(path): \(number)", errorNumber: number)
  }
}
