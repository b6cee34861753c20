import CSocketShims
import Glibc

/// An `errno` value, printed by its C name.
///
/// It is not an enum, so that numbers without a name in this library pass through.
public struct ErrorNumber: RawRepresentable, Hashable, Sendable {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }
  init(_ rawValue: CInt) { self.rawValue = rawValue }

  /// The C name, such as `ECONNREFUSED`; `errno 4095` for a number that the C library does not know.
  ///
  /// Calls `strerrorname_np(3)`.
  public var name: String {
    guard let name = unsafe sockshim_error_name(rawValue) else { return "errno \(rawValue)" }
    return unsafe String(cString: name)
  }

  /// The message, such as `Connection refused`, in the C locale.
  ///
  /// Calls `strerror_r(3)`.
  public var meaning: String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, unsafe strerror_r(rawValue, base, buffer.count) == 0 else {
        return "Unknown error \(rawValue)"
      }
      return unsafe String(cString: base)
    }
  }
}

extension ErrorNumber {
  /// Whether only the network can cause this error: a peer, a route or an interface, but never a file or a pipe.
  public var isNetworkError: Bool {
    switch rawValue {
    case ECONNRESET, ECONNABORTED, ECONNREFUSED, ENOTCONN, ETIMEDOUT, EHOSTUNREACH, EHOSTDOWN, ENETUNREACH, ENETDOWN,
      ENETRESET, ENOBUFS:
      true
    default: false
    }
  }
}

extension ErrorNumber {
  /// Whether the process or the system has run out of descriptors.
  public var isOutOfDescriptors: Bool { rawValue == EMFILE || rawValue == ENFILE }
}

extension ErrorNumber: CustomStringConvertible {
  /// The message and the name: `Connection refused (ECONNREFUSED)`.
  public var description: String { "\(meaning) (\(name))" }
}

extension ErrorNumber {
  /// `EACCES`: permission denied, by a file mode or a firewall.
  public static let permissionDenied = Self(EACCES)
  /// `EADDRINUSE`: the address is in use.
  public static let addressInUse = Self(EADDRINUSE)
  /// `EADDRNOTAVAIL`: this host does not have the address, or no port is left.
  public static let addressNotAvailable = Self(EADDRNOTAVAIL)
  /// `EAFNOSUPPORT`: the kernel lacks the address family.
  public static let familyNotSupported = Self(EAFNOSUPPORT)
  /// `EAGAIN`: the call would block; also `EWOULDBLOCK`.
  public static let wouldBlock = Self(EAGAIN)
  /// `EALREADY`: a connection attempt is already in progress.
  public static let alreadyInProgress = Self(EALREADY)
  /// `EFAULT`: an invalid pointer, or a raw message without its header.
  public static let badAddress = Self(EFAULT)
  /// `EBADF`: not an open descriptor.
  public static let badDescriptor = Self(EBADF)
  /// `ECHILD`: no child process to wait for.
  public static let noChild = Self(ECHILD)
  /// `ECONNABORTED`: the connection was aborted.
  public static let connectionAborted = Self(ECONNABORTED)
  /// `ECONNREFUSED`: no process is listening there.
  public static let connectionRefused = Self(ECONNREFUSED)
  /// `ECONNRESET`: the peer reset the connection.
  public static let connectionReset = Self(ECONNRESET)
  /// `EEXIST`: the file exists.
  public static let exists = Self(EEXIST)
  /// `EHOSTUNREACH`: no route to the host.
  public static let hostUnreachable = Self(EHOSTUNREACH)
  /// `EINPROGRESS`: the connection attempt is in progress.
  public static let inProgress = Self(EINPROGRESS)
  /// `EINTR`: the call was interrupted by a signal.
  public static let interrupted = Self(EINTR)
  /// `EINVAL`: an invalid argument.
  public static let invalidArgument = Self(EINVAL)
  /// `EIO`: an input/output error, or the device does not support the operation.
  public static let inputOutput = Self(EIO)
  /// `EISCONN`: the socket is already connected.
  public static let isConnected = Self(EISCONN)
  /// `EMFILE`: the process has too many open files.
  public static let tooManyOpenFiles = Self(EMFILE)
  /// `EBUSY`: in use.
  public static let busy = Self(EBUSY)
  /// `EBADMSG`: what was received is no message.
  public static let badMessage = Self(EBADMSG)
  /// `EMSGSIZE`: the message is too long.
  public static let messageTooLong = Self(EMSGSIZE)
  /// `ENAMETOOLONG`: the name is too long.
  public static let nameTooLong = Self(ENAMETOOLONG)
  /// `ENETUNREACH`: no route to the network.
  public static let networkUnreachable = Self(ENETUNREACH)
  /// `ENFILE`: the system has too many open files.
  public static let tooManyOpenFilesInSystem = Self(ENFILE)
  /// `ENOBUFS`: no buffer space.
  public static let noBufferSpace = Self(ENOBUFS)
  /// `ENODATA`: no data available.
  public static let noData = Self(ENODATA)
  /// `ENODEV`: no such device.
  public static let noDevice = Self(ENODEV)
  /// `ENXIO`: no such device or address.
  public static let noDeviceOrAddress = Self(ENXIO)
  /// `ENOENT`: no such file.
  public static let noEntry = Self(ENOENT)
  /// `ENOMEM`: out of memory.
  public static let noMemory = Self(ENOMEM)
  /// `ENOPROTOOPT`: no such option at this level.
  public static let noProtocolOption = Self(ENOPROTOOPT)
  /// `ESRCH`: no such process.
  public static let noProcess = Self(ESRCH)
  /// `ENOSYS`: the kernel lacks the call.
  public static let notImplemented = Self(ENOSYS)
  /// `ENOTCONN`: the socket is not connected.
  public static let notConnected = Self(ENOTCONN)
  /// `ENOTSOCK`: the descriptor is not a socket.
  public static let notSocket = Self(ENOTSOCK)
  /// `EOPNOTSUPP`: not supported by this type of socket or file.
  public static let notSupported = Self(EOPNOTSUPP)
  /// `EPERM`: the operation is not permitted.
  public static let notPermitted = Self(EPERM)
  /// `EPIPE`: the reader has gone.
  public static let brokenPipe = Self(EPIPE)
  /// `EPROTONOSUPPORT`: the kernel lacks the protocol.
  public static let protocolNotSupported = Self(EPROTONOSUPPORT)
  /// `EPROTOTYPE`: the peer's socket has another type.
  public static let wrongProtocolType = Self(EPROTOTYPE)
  /// `ESOCKTNOSUPPORT`: the kernel lacks the socket type.
  public static let socketTypeNotSupported = Self(ESOCKTNOSUPPORT)
  /// `ETIMEDOUT`: the peer did not answer in time.
  public static let timedOut = Self(ETIMEDOUT)
  /// `ETOOMANYREFS`: too many descriptors are in flight between processes.
  public static let tooManyReferences = Self(ETOOMANYREFS)
}
