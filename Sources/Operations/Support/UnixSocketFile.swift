import Glibc
import SocketLoop
import Sockets

/// The file of a Unix socket that we listen on: made safely, and removed when we end if it is still ours.
///
/// A path that holds anything but a dead socket of ours is never removed. Between the look and the removal another sock
/// could bind, so both happen under a lock on the directory.
@LoopActor
final class UnixSocketFile {
  /// The path as C has it: bytes, and a zero.
  private let path: [CChar]
  private var identity: (device: dev_t, inode: ino_t)?

  /// Binds `socket` to the path, after a dead socket that was left there is out of the way.
  ///
  /// - Parameter mode: the permission bits; nil for what the umask leaves.
  init(binding socket: borrowing Socket, to address: SocketAddress, mode: UInt32? = nil) throws(OperationError) {
    guard let bytes = address.file else { throw OperationError(.internalFault, "\(address) is no path") }
    path = bytes.map { CChar(bitPattern: $0) } + [0]
    let lock = try Self.lockDirectory(of: bytes, address)
    defer { extendLifetime(lock) }
    try Self.clear(path, address)
    // Set before the file exists: nobody can open it in between.
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

  /// Removes the file, unless another one has taken its place.
  func remove() {
    guard let identity else { return }
    self.identity = nil
    if let status = FileSystem.status(of: path), status.st_dev == identity.device, status.st_ino == identity.inode {
      try? FileSystem.remove(path)
    }
  }

  private static func clear(_ path: [CChar], _ address: SocketAddress) throws(OperationError) {
    guard let status = FileSystem.status(of: path) else {
      // The bind tells of everything but "not there".
      return
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw OperationError(
        .cannotCreate,
        "cannot make a Unix socket at \(address): a file that is no socket stands there, and stays there",
        errorNumber: .exists)
    }
    switch Socket.probe(file: address) {
    case .connectionRefused?:
      guard status.st_uid == geteuid() else {
        throw OperationError(
          .cannotCreate, "cannot make a Unix socket at \(address): a dead socket of user \(status.st_uid) stands there",
          errorNumber: .exists)
      }
      try? FileSystem.remove(path)
    case .noEntry?: return
    default: throw inUse(address)
    }
  }

  /// Holds the lock of the directory for as long as the descriptor is open.
  private static func lockDirectory(
    of path: [UInt8], _ address: SocketAddress
  ) throws(OperationError) -> OwnedDescriptor {
    do throws(SystemError) {
      let directory = try FileSystem.openDirectory(directory(of: path))
      try? directory.borrowed.lock()
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
    OperationError(
      .system, "cannot listen on \(address): Address in use (EADDRINUSE): somebody listens there",
      errorNumber: .addressInUse)
  }

  private static func cannotCreate(_ address: SocketAddress, _ number: ErrorNumber) -> OperationError {
    OperationError(
      number == .permissionDenied || number == .notPermitted ? .notPermitted : .cannotCreate,
      "cannot make a Unix socket at \(address): \(number)", errorNumber: number)
  }
}
