import CSocketShims
import Glibc

/// A descriptor that is no socket, and is closed with its owner.
public struct OwnedDescriptor: ~Copyable, Sendable {
  /// The descriptor: it belongs to this owner.
  public let number: CInt
  init(owning number: CInt) { self.number = number }
  deinit { Kernel.close(number) }

  /// Opens a file.
  ///
  /// Calls `open(2)`, with `O_CLOEXEC` unless programs started later are to inherit the file.
  ///
  /// - Parameters:
  ///   - flags: how to open it: `O_RDONLY`, `O_WRONLY | O_CREAT` …
  ///   - mode: the permissions of a file that is created, before the umask.
  public static func open(
    _ path: String, _ flags: CInt, mode: UInt32 = 0o666, isInherited: Bool = false
  ) throws(SystemError) -> OwnedDescriptor {
    OwnedDescriptor(owning: try Kernel.open(path, isInherited ? flags : flags | O_CLOEXEC, mode: mode_t(mode)))
  }

  /// Gives the descriptor up to the caller, who closes it.
  public consuming func release() -> CInt {
    let number = number
    discard self
    return number
  }

  /// The same descriptor, lent.
  public var borrowed: Descriptor { Descriptor(number) }
}

/// A pipe of our own: what splice(2) needs between two ends of which neither is a pipe.
public struct Pipe: ~Copyable, Sendable {
  /// What is written to the other end is read here.
  public let readEnd: OwnedDescriptor
  /// What is written here is read from the other end.
  public let writeEnd: OwnedDescriptor

  /// Calls `pipe2(2)` with `O_CLOEXEC` and `O_NONBLOCK`.
  public init() throws(SystemError) {
    var both: InlineArray<2, CInt> = [-1, -1]
    try Kernel.call("pipe2", [.pair(both[0], both[1]), .openFlags(O_CLOEXEC | O_NONBLOCK, hasAccessMode: false)]) { _ in
      unsafe withUnsafeMutableBytes(of: &both) { bytes in
        unsafe Int(
          sockshim_pipe2(
            bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CInt.self), O_CLOEXEC | O_NONBLOCK))
      }
    }
    readEnd = OwnedDescriptor(owning: both[0])
    writeEnd = OwnedDescriptor(owning: both[1])
  }
}
