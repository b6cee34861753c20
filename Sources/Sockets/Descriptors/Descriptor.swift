import CSocketShims
import Glibc

/// A borrowed file descriptor: standard input or output, a file, one end of a pipe.
///
/// No method changes its `O_NONBLOCK` flag, which is shared with every process that inherited it, and only ``close()``
/// closes it.
public struct Descriptor: Hashable, Sendable {
  /// The number that C calls take.
  public let number: CInt
  /// Borrows a descriptor, which its owner must keep open.
  public init(_ number: CInt) { self.number = number }

  /// `STDIN_FILENO`.
  public static let standardInput = Descriptor(0)
  /// `STDOUT_FILENO`.
  public static let standardOutput = Descriptor(1)
  /// `STDERR_FILENO`.
  public static let standardError = Descriptor(2)

  /// The kind of file, which decides by which calls bytes are moved.
  public enum Kind: Hashable, Sendable {
    case socket
    case pipe
    case regularFile
    case terminal
    /// `/dev/null`, which discards what is written to it.
    case null
    /// Other devices, directories, event descriptors.
    case other
  }

  /// Calls `fstat(2)`, and for a character device `isatty(3)`.
  ///
  /// - Throws: `EBADF` if the descriptor is not open.
  public func kind() throws(SystemError) -> Kind {
    let status = try Kernel.status(of: number)
    switch status.st_mode & S_IFMT {
    case S_IFSOCK: return .socket
    case S_IFIFO: return .pipe
    case S_IFREG, S_IFBLK: return .regularFile
    case S_IFCHR:
      // The null device is character device 1:3.
      if status.st_rdev == 0x103 { return .null }
      return isTerminal ? .terminal : .other
    default: return .other
    }
  }

  /// Closes a descriptor that its owner has released.
  ///
  /// Calls `close(2)`. Errors are ignored, since the descriptor is closed in any case.
  public func close() { Kernel.close(number) }

  /// Shuts down the sending half of a socket, for every process that has it. Its reader sees the end.
  ///
  /// Calls `shutdown(2)`.
  ///
  /// - Throws: `ENOTCONN` if the socket is not connected.
  public func shutDownSending() throws(SystemError) {
    let direction = ShutdownDirection.sending
    try Kernel.call("shutdown", on: number, [.descriptor(number), .named(direction)]) { _ in
      Int(shutdown(number, direction.rawValue))
    }
  }

  /// Whether the descriptor is open.
  ///
  /// Calls `fcntl(2)` with `F_GETFD`.
  public var isOpen: Bool { (try? Kernel.control(number, F_GETFD, "F_GETFD")) != nil }

  /// Whether it can be read from: not if it is closed, or was opened for writing only.
  ///
  /// Calls `fcntl(2)` with `F_GETFL`.
  public var isOpenForReading: Bool { isOpen(for: O_RDONLY) }

  /// Whether it can be written to: not if it is closed, or was opened for reading only.
  ///
  /// Calls `fcntl(2)` with `F_GETFL`.
  public var isOpenForWriting: Bool { isOpen(for: O_WRONLY) }

  private func isOpen(for mode: CInt) -> Bool {
    guard let flags = try? Kernel.control(number, F_GETFL, "F_GETFL"), flags & sockshim_O_PATH == 0 else {
      return false
    }
    return [mode, O_RDWR].contains(flags & O_ACCMODE)
  }

  /// Makes this number stand for the file of another descriptor. What it stood for is closed.
  ///
  /// Calls `dup2(2)`, so programs that this one starts inherit the descriptor.
  public func become(_ other: Descriptor) throws(SystemError) {
    try Kernel.call("dup2", on: number, [.descriptor(other.number), .descriptor(number)]) { _ in
      Int(dup2(other.number, number))
    }
  }

  /// The same file under another number, which programs do not inherit.
  ///
  /// Calls `fcntl(2)` with `F_DUPFD_CLOEXEC`.
  package func duplicate() throws(SystemError) -> OwnedDescriptor {
    let copy = try Kernel.call(
      "fcntl", on: number,
      [.descriptor(number), .constant(CInt(F_DUPFD_CLOEXEC), "F_DUPFD_CLOEXEC"), .integer(3)]
    ) { _ in Int(fcntl(number, CInt(F_DUPFD_CLOEXEC), 3)) }
    return OwnedDescriptor(adopting: CInt(copy))
  }

  /// Whether it is a terminal.
  ///
  /// Calls `isatty(3)`.
  public var isTerminal: Bool { Kernel.isTerminal(number) }

  /// Whether it is a device from which a read never waits: `/dev/zero`, `full`, `random`, `urandom`.
  ///
  /// Calls `fstat(2)`.
  public var isMemoryDevice: Bool {
    guard let status = try? Kernel.status(of: number), status.st_mode & S_IFMT == S_IFCHR else { return false }
    // Memory devices have major number 1. Minor 11, /dev/kmsg, is left out: it waits for messages.
    return [0x105, 0x107, 0x108, 0x109].contains(status.st_rdev)
  }

  /// Whether it is a stream socket: TCP, a Unix stream and the like.
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

  /// Whether it is a socket that listens.
  ///
  /// Calls `getsockopt(2)` for `SO_ACCEPTCONN`.
  public var isListening: Bool {
    var value: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    let result = try? Kernel.call(
      "getsockopt", on: number, about: "SO_ACCEPTCONN",
      SystemCallArgument.option(number, SOL_SOCKET, SO_ACCEPTCONN, value)
    ) { _ in
      unsafe Int(getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &value, &length))
    }
    return result != nil && value != 0
  }

  /// Whether it is a socket of a connection, over which bytes or packets come in order.
  ///
  /// Calls `getpeername(2)`, and `getsockopt(2)` for `SO_TYPE`.
  package var isConnectedStream: Bool {
    guard let socket = try? Socket.adopt(number) else { return false }
    let isConnected = [.stream, .sequencedPacket].contains(socket.type) && (try? socket.peerAddress()) != nil
    // It still belongs to the caller.
    _ = socket.release()
    return isConnected
  }

  /// What a descriptor was opened for.
  public enum AccessMode: Hashable, Sendable {
    case read, write, both
  }

  /// What it was opened for.
  ///
  /// Calls `fcntl(2)` with `F_GETFL`.
  public var accessMode: AccessMode {
    switch fileStatus & O_ACCMODE {
    case O_RDONLY: .read
    case O_WRONLY: .write
    default: .both
    }
  }

  /// Whether a pipe is in packet mode, in which each read returns one write: `O_DIRECT`, see pipe2(2).
  ///
  /// Calls `fcntl(2)` with `F_GETFL`.
  public var isInPacketMode: Bool { fileStatus & sockshim_O_DIRECT != 0 }

  /// Whether every write appends to the file: `O_APPEND`.
  ///
  /// Calls `fcntl(2)` with `F_GETFL`.
  public var isAppending: Bool { fileStatus & O_APPEND != 0 }

  /// Whether a call would not block now.
  ///
  /// Calls `poll(2)` with a timeout of 0.
  public func isReady(_ events: EpollEvents) throws(SystemError) -> Bool {
    try waitUntilReady(events, milliseconds: 0)
  }

  /// Waits until a call would not block.
  ///
  /// Calls `poll(2)`, and again after EINTR.
  ///
  /// - Parameter milliseconds: the timeout; nil for none.
  /// - Returns: false if the timeout expired.
  public func waitUntilReady(_ events: EpollEvents, milliseconds: CInt?) throws(SystemError) -> Bool {
    var entry = pollfd(fd: number, events: CShort(truncatingIfNeeded: events.rawValue), revents: 0)
    let limit = milliseconds ?? -1
    return try Kernel.call("poll", on: number, [.entries([entry]), .integer(1), .integer(Int(limit))]) { _ in
      unsafe Int(poll(&entry, 1, limit))
    } > 0
  }

  /// The file status flags; 0 if they cannot be read.
  private var fileStatus: CInt {
    (try? Kernel.control(number, F_GETFL, "F_GETFL")) ?? 0
  }
}
