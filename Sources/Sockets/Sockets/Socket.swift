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
