import CSocketShims
import Glibc

/// A socket: the owner of one descriptor, with the Berkeley calls as methods.
///
/// It cannot be copied. When it goes out of scope it is closed; ``close()`` says when, and tells of errors. Those who
/// share a socket hold one object that owns it. Almost every method is exactly one system call, which its documentation
/// names; where it is more, that comes first.
///
/// Sockets are made with `SOCK_CLOEXEC`, and sends carry `MSG_NOSIGNAL`: a program started later does not inherit them,
/// and a lost peer is an error (`EPIPE`), not a signal.
public struct Socket: ~Copyable, Sendable {
  /// The descriptor, for calls that this library lacks.
  ///
  /// It belongs to the socket: do not close it.
  public let descriptor: CInt
  /// The family that it was made with: `SO_DOMAIN`.
  public let family: AddressFamily
  /// The type that it was made with: `SO_TYPE`.
  public let type: SocketType
  /// The protocol that it was made with: `SO_PROTOCOL`.
  public let protocolNumber: TransportProtocol

  init(owning descriptor: CInt, family: AddressFamily, type: SocketType, protocolNumber: TransportProtocol) {
    self.descriptor = descriptor
    self.family = family
    self.type = type
    self.protocolNumber = protocolNumber
  }

  deinit { Kernel.close(descriptor) }
}

/// Whether a call waits: a mode of the socket, `O_NONBLOCK`.
public enum BlockingMode: Hashable, Sendable {
  /// Calls wait until they can be carried out.
  case blocking
  /// Calls answer `wouldBlock` where they would have to wait.
  case nonBlocking
}
