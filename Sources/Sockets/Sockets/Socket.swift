import CSocketShims
import Glibc

/// A socket: the owner of one descriptor, with the Berkeley calls as methods.
///
/// It cannot be copied, and is closed when it goes out of scope. ``close()`` closes it explicitly and reports errors.
/// To share a socket, share one object that owns it. Almost every method makes exactly one system call, which its
/// documentation names; if it makes more, the documentation says so first.
///
/// Sockets are opened with `SOCK_CLOEXEC`, and sends use `MSG_NOSIGNAL`: a child program does not inherit them, and a
/// lost peer is an error (`EPIPE`), not a signal.
public struct Socket: ~Copyable, Sendable {
  /// The descriptor, for calls that this library lacks.
  ///
  /// It belongs to the socket: do not close it.
  public let descriptor: CInt
  /// The family it was opened with: `SO_DOMAIN`.
  public let family: AddressFamily
  /// The type it was opened with: `SO_TYPE`.
  public let type: SocketType
  /// The protocol it was opened with: `SO_PROTOCOL`.
  public let protocolNumber: TransportProtocol

  init(owning descriptor: CInt, family: AddressFamily, type: SocketType, protocolNumber: TransportProtocol) {
    self.descriptor = descriptor
    self.family = family
    self.type = type
    self.protocolNumber = protocolNumber
  }

  deinit { Kernel.close(descriptor) }
}

/// Whether calls wait: the mode of the socket, `O_NONBLOCK`.
public enum BlockingMode: Hashable, Sendable {
  /// Calls wait until they can complete.
  case blocking
  /// Calls return `wouldBlock` instead of waiting.
  case nonBlocking
}

extension Socket {
  /// Shuts down one half of a connection, or both.
  ///
  /// The descriptor stays open.
  ///
  /// Calls `shutdown(2)`. After the sending half is shut down, the peer reads everything that was sent, then end of
  /// file.
  ///
  /// - Throws: `ENOTCONN` if the socket is not connected, or no longer connected.
  public borrowing func shutdown(_ direction: ShutdownDirection) throws(SystemError) {
    let descriptor = descriptor
    try Kernel.call("shutdown", on: descriptor, [.descriptor(descriptor), .named(direction)]) { _ in
      Int(Glibc.shutdown(descriptor, direction.rawValue))
    }
  }

  /// Closes the socket.
  ///
  /// Calls `close(2)` once: on EINTR, Linux has closed it already. If received data was not read, TCP sends a reset,
  /// which may destroy data that the peer has not read yet.
  public consuming func close() throws(SystemError) {
    let descriptor = descriptor
    discard self
    let (_, error) = Kernel.attempt("close", on: descriptor, interruption: .report, [.descriptor(descriptor)]) {
      _ in
      Int(Glibc.close(descriptor))
    }
    if let error, error != .interrupted { throw SystemError(call: "close", number: error) }
  }

  /// Transfers the descriptor to the caller, who must close it.
  public consuming func release() -> CInt {
    let descriptor = descriptor
    discard self
    return descriptor
  }
}

/// The second argument of `shutdown(2)`: which direction to close.
public struct ShutdownDirection: NamedConstant {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `SHUT_RD`: nothing more is received.
  public static let receiving = Self(rawValue: CInt(SHUT_RD))
  /// `SHUT_WR`: nothing more is sent; a TCP peer sees the end of the stream (FIN).
  public static let sending = Self(rawValue: CInt(SHUT_WR))
  /// `SHUT_RDWR`: both.
  public static let both = Self(rawValue: CInt(SHUT_RDWR))

  /// The values that have a name, with their C names.
  public static let names: [(value: CInt, name: String)] = [(0, "SHUT_RD"), (1, "SHUT_WR"), (2, "SHUT_RDWR")]
}
