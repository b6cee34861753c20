import CSocketShims
import Glibc

/// A descriptor of anything but a socket, closed when its owner goes out of scope.
public struct OwnedDescriptor: ~Copyable, Sendable {
  /// The number, which belongs to this value: do not close it.
  public let number: CInt
  init(owning number: CInt) { self.number = number }
  deinit { Kernel.close(number) }

  /// Takes ownership of an open descriptor, which nothing else may close from now on.
  public init(adopting number: CInt) { self.number = number }

  /// Opens a file.
  ///
  /// Calls `open(2)`, with `O_CLOEXEC` unless child programs are to inherit the file.
  ///
  /// - Parameters:
  ///   - flags: the access mode and other flags: `O_RDONLY`, `O_WRONLY | O_CREAT` …
  ///   - mode: the permissions of a file that is created, before the umask is applied.
  public static func open(
    _ path: String, _ flags: CInt, mode: UInt32 = 0o666, isInherited: Bool = false
  ) throws(SystemError) -> OwnedDescriptor {
    OwnedDescriptor(owning: try Kernel.open(path, isInherited ? flags : flags | O_CLOEXEC, mode: mode_t(mode)))
  }

  /// A descriptor that only occupies its number: reads and writes fail with `EBADF`, as if it were closed.
  ///
  /// Calls `open(2)` on `/` with `O_PATH`, which needs neither a device nor a permission.
  public static func placeholder() throws(SystemError) -> OwnedDescriptor {
    try open("/", sockshim_O_PATH, isInherited: true)
  }

  /// Transfers the descriptor to the caller, who must close it.
  public consuming func release() -> CInt {
    let number = number
    discard self
    return number
  }

  /// The same descriptor, borrowed.
  public var borrowed: Descriptor { Descriptor(number) }
}

/// A pipe. `splice(2)` needs one between two ends that are not pipes.
public struct Pipe: ~Copyable, Sendable {
  /// Reads what was written to the other end.
  public let readEnd: OwnedDescriptor
  /// Its data is read from the other end.
  public let writeEnd: OwnedDescriptor

  /// Creates a pipe for this process alone.
  ///
  /// Calls `pipe2(2)` with `O_CLOEXEC` and `O_NONBLOCK`.
  public init() throws(SystemError) { try self.init(isShared: false) }

  /// Creates a pipe.
  ///
  /// Calls `pipe2(2)` with `O_CLOEXEC`, and with `O_NONBLOCK` unless another program is to have one of the ends.
  public init(isShared: Bool) throws(SystemError) {
    let flags = isShared ? O_CLOEXEC : O_CLOEXEC | O_NONBLOCK
    var both: InlineArray<2, CInt> = [-1, -1]
    try Kernel.call("pipe2", [.pair(both[0], both[1]), .openFlags(flags, hasAccessMode: false)]) { _ in
      unsafe withUnsafeMutableBytes(of: &both) { bytes in
        unsafe Int(sockshim_pipe2(bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CInt.self), flags))
      }
    }
    readEnd = OwnedDescriptor(owning: both[0])
    writeEnd = OwnedDescriptor(owning: both[1])
  }

  /// Transfers both ends to the caller.
  public consuming func take() -> (readEnd: CInt, writeEnd: CInt) {
    let ends = (readEnd.release(), writeEnd.release())
    return ends
  }
}
