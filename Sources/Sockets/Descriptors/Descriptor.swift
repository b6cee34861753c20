import CSocketShims
import Glibc

/// Somebody else's descriptor, borrowed: standard input and output, a file, the end of a pipe.
///
/// None of these calls closes it or changes its `O_NONBLOCK`, which it shares with every process that inherited it.
public struct Descriptor: Hashable, Sendable {
  /// The number that C calls take.
  public let number: CInt
  /// Borrows a descriptor that its owner keeps open.
  public init(_ number: CInt) { self.number = number }

  /// `STDIN_FILENO`.
  public static let standardInput = Descriptor(0)
  /// `STDOUT_FILENO`.
  public static let standardOutput = Descriptor(1)
  /// `STDERR_FILENO`.
  public static let standardError = Descriptor(2)

  /// What a descriptor leads to: it decides by which calls bytes move.
  public enum Kind: Hashable, Sendable {
    case socket
    case pipe
    case regularFile
    case terminal
    /// `/dev/null`: what is written to it is gone.
    case null
    /// Other devices, directories, event descriptors.
    case other
  }

  /// Calls `fstat(2)`, and for a character device `isatty(3)`.
  ///
  /// - Throws: `EBADF` where the descriptor is not open.
  public func kind() throws(SystemError) -> Kind {
    let status = try Kernel.status(of: number)
    switch status.st_mode & S_IFMT {
    case S_IFSOCK: return .socket
    case S_IFIFO: return .pipe
    case S_IFREG, S_IFBLK: return .regularFile
    case S_IFCHR:
      // Major 1, minor 3 of the character devices.
      if status.st_rdev == 0x103 { return .null }
      return isTerminal ? .terminal : .other
    default: return .other
    }
  }

  /// Closes a descriptor that its owner has given up.
  ///
  /// Calls `close(2)`. An error is of no use to anybody: the descriptor is closed all the same.
  public func close() { Kernel.close(number) }

  /// Whether the descriptor is open.
  ///
  /// Calls `fcntl(2)` with `F_GETFD`.
  public var isOpen: Bool { (try? Kernel.control(number, F_GETFD, "F_GETFD")) != nil }

  /// Whether it is a terminal.
  ///
  /// Calls `isatty(3)`.
  public var isTerminal: Bool { Kernel.isTerminal(number) }

  /// Whether it is a device that always has what a read asks for: `/dev/zero`, `full`, `random`, `urandom`.
  ///
  /// Calls `fstat(2)`.
  public var isMemoryDevice: Bool {
    guard let status = try? Kernel.status(of: number), status.st_mode & S_IFMT == S_IFCHR else { return false }
    // Major 1; minor 11, /dev/kmsg, waits for messages.
    return [0x105, 0x107, 0x108, 0x109].contains(status.st_rdev)
  }

  /// Whether it is a stream socket: TCP, Unix streams and the like.
  ///
  /// Calls `getsockopt(2)` for `SO_TYPE`.
  public var isStreamSocket: Bool {
    var value: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    let result = try? Kernel.call(
      "getsockopt", on: number, about: "SO_TYPE", SystemCallArgument.option(number, SOL_SOCKET, SO_TYPE, value)
    ) { _ in
      unsafe Int(getsockopt(number, SOL_SOCKET, SO_TYPE, &value, &length))
    }
    return result != nil && value == SocketType.stream.rawValue
  }

  /// Whether one read of a pipe is one write: `O_DIRECT`, as pipe2(2) sets it.
  ///
  /// Calls `fcntl(2)` with `F_GETFL`.
  public var isInPacketMode: Bool { fileStatus & sockshim_O_DIRECT != 0 }

  /// Whether what is written to it always goes to the end of the file: `O_APPEND`.
  ///
  /// Calls `fcntl(2)` with `F_GETFL`.
  public var isAppending: Bool { fileStatus & O_APPEND != 0 }

  /// Whether a call would not block now: `poll(2)` with no time to wait.
  public func isReady(_ events: EpollEvents) throws(SystemError) -> Bool {
    try waitUntilReady(events, milliseconds: 0)
  }

  /// Waits until a call would not block.
  ///
  /// Calls `poll(2)`, again after EINTR.
  ///
  /// - Parameter milliseconds: at most so long; nil for as long as it takes.
  /// - Returns: false if the time has passed.
  public func waitUntilReady(_ events: EpollEvents, milliseconds: CInt?) throws(SystemError) -> Bool {
    var entry = pollfd(fd: number, events: CShort(truncatingIfNeeded: events.rawValue), revents: 0)
    let limit = milliseconds ?? -1
    return try Kernel.call("poll", on: number, [.entries([entry]), .integer(1), .integer(Int(limit))]) { _ in
      unsafe Int(poll(&entry, 1, limit))
    } > 0
  }

  /// The flags that the file was opened with; none where the kernel does not tell.
  private var fileStatus: CInt {
    (try? Kernel.control(number, F_GETFL, "F_GETFL")) ?? 0
  }
}
