import Glibc
import SocketLoop
import Sockets

/// The file of a bound Unix socket: created safely, and removed at the end if it is still the same file.
///
/// Nothing at the path is ever removed except a dead socket of the same user. A lock on the directory keeps another
/// sock from binding the path between the check and the removal.
@LoopActor
final class UnixSocketFile {
  /// The path as a C string.
  private let path: [CChar]
  private var identity: (device: dev_t, inode: ino_t)?

  /// Binds `socket` to the path, after removing a dead socket.
  ///
  /// - Parameter mode: the permissions; nil to apply the umask.
  init(binding socket: borrowing Socket, to address: SocketAddress, mode: UInt32? = nil) throws(OperationError) {
    guard let bytes = address.file else { throw OperationError(.internalFault, "\(address) is no path") }
    path = bytes.map { CChar(bitPattern: $0) } + [0]
    let lock = try Self.lockDirectory(of: bytes, address)
    defer { extendLifetime(lock) }
    try Self.clear(path, address)
    // Set by the umask rather than by chmod(2) afterwards, so that no process can connect in between.
    let previous = mode.map { umask(mode_t(~$0 & 0o777)) }
    defer { if let previous { umask(previous) } }
    do throws(SystemError) {
      try socket.bind(to: address)
    } catch {
      if error.number == .addressInUse { throw Self.inUse(address) }
      throw Self.cannotCreate(address, error.number)
    }
    if let status = FileSystem.status(of: path) { identity = (status.st_dev, status.st_ino) }
  }

  /// Removes the file, unless it has been replaced.
  func remove() {
    guard let identity else { return }
    self.identity = nil
    if let status = FileSystem.status(of: path), status.st_dev == identity.device, status.st_ino == identity.inode {
      try? FileSystem.remove(path)
    }
  }

  private static func clear(_ path: [CChar], _ address: SocketAddress) throws(OperationError) {
    guard let status = FileSystem.status(of: path) else {
      // If the error is not ENOENT, bind(2) will report it.
      return
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw OperationError(
        .cannotCreate,
        "cannot make a Unix socket at \(address): a file that is not a socket is already there",
        errorNumber: .exists)
    }
    switch Socket.probe(file: address) {
    case .connectionRefused?:
      guard status.st_uid == geteuid() else {
        throw OperationError(
          .cannotCreate,
          "cannot make a Unix socket at \(address): a dead socket of user \(status.st_uid) is already there",
          errorNumber: .exists)
      }
      try? FileSystem.remove(path)
    case .noEntry?: return
    default: throw inUse(address)
    }
  }

  /// How long another process may hold the lock. Who holds it longer is no sock: anyone who can read a directory can
  /// lock it, and that must not stop us.
  private static let patience = Duration.milliseconds(500)

  /// Holds a lock on the directory as long as the descriptor is open.
  private static func lockDirectory(
    of path: [UInt8], _ address: SocketAddress
  ) throws(OperationError) -> OwnedDescriptor {
    do throws(SystemError) {
      let directory = try FileSystem.openDirectory(directory(of: path))
      _ = try? directory.borrowed.lock(within: patience)
      return directory
    } catch {
      throw cannotCreate(address, error.number)
    }
  }

  private static func directory(of path: [UInt8]) -> [CChar] {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return [CChar(UInt8(ascii: ".")), 0] }
    return path[..<max(slash, 1)].map { CChar(bitPattern: $0) } + [0]
  }

  private static func inUse(_ address: SocketAddress) -> OperationError {
    let holder = AddressHolder.sentence(about: address, over: .unix) ?? "another process is listening there"
    return OperationError(
      .system, "cannot listen on \(address): Address in use (EADDRINUSE): \(holder)", errorNumber: .addressInUse)
  }

  private static func cannotCreate(_ address: SocketAddress, _ number: ErrorNumber) -> OperationError {
    OperationError(
      number == .permissionDenied || number == .notPermitted ? .notPermitted : .cannotCreate,
      "cannot make a Unix socket at \(address): \(number)", errorNumber: number)
  }
}
