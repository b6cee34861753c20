import CSocketShims
import Glibc

/// An `errno` value, known by its C name.
///
/// Not an enum: the kernel may return numbers that this library has no name for, and they pass through.
public struct ErrorNumber: RawRepresentable, Hashable, Sendable {
  /// The C value.
  public let rawValue: CInt
  /// Any value passes, also one that has no name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }
  init(_ rawValue: CInt) { self.rawValue = rawValue }

  /// The C name, such as `ECONNREFUSED`; `errno 4095` for a number that the C library does not know.
  ///
  /// Calls `strerrorname_np(3)`.
  public var name: String {
    guard let name = unsafe sockshim_error_name(rawValue) else { return "errno \(rawValue)" }
    return unsafe String(cString: name)
  }

  /// The meaning in words, such as `Connection refused`, in the C locale.
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
  /// Whether only a network can fail so: a peer, a route, an interface. Files and pipes never do.
  public var isOfNetwork: Bool {
    switch rawValue {
    case ECONNRESET, ECONNABORTED, ECONNREFUSED, ENOTCONN, ETIMEDOUT, EHOSTUNREACH, EHOSTDOWN, ENETUNREACH, ENETDOWN,
      ENETRESET, ENOBUFS:
      true
    default: false
    }
  }
}

extension ErrorNumber {
  /// Whether there can be no more sockets, of this process or of the system.
  public var isOutOfDescriptors: Bool { rawValue == EMFILE || rawValue == ENFILE }
}

extension ErrorNumber: CustomStringConvertible {
  /// The meaning and the name: `Connection refused (ECONNREFUSED)`.
  public var description: String { "\(meaning) (\(name))" }
}

extension ErrorNumber {
  /// `EACCES`: permission denied, by a file mode or a firewall.
  public static let permissionDenied = Self(EACCES)
  /// `EADDRINUSE`: the address is in use.
  public static let addressInUse = Self(EADDRINUSE)
  /// `EADDRNOTAVAIL`: no such address on this host, or no port left.
  public static let addressNotAvailable = Self(EADDRNOTAVAIL)
  /// `EAFNOSUPPORT`: the kernel lacks the address family.
  public static let familyNotSupported = Self(EAFNOSUPPORT)
  /// `EAGAIN`: the call would block; also `EWOULDBLOCK`.
  public static let wouldBlock = Self(EAGAIN)
  /// `EALREADY`: a connection is being made already.
  public static let alreadyInProgress = Self(EALREADY)
  /// `EFAULT`: memory that is not there, such as the header of a raw message that has none.
  public static let badAddress = Self(EFAULT)
  /// `EBADF`: not an open descriptor.
  public static let badDescriptor = Self(EBADF)
  /// `ECONNABORTED`: the connection was given up.
  public static let connectionAborted = Self(ECONNABORTED)
  /// `ECONNREFUSED`: nobody listens there.
  public static let connectionRefused = Self(ECONNREFUSED)
  /// `ECONNRESET`: the peer reset the connection.
  public static let connectionReset = Self(ECONNRESET)
  /// `EEXIST`: the file exists.
  public static let exists = Self(EEXIST)
  /// `EHOSTUNREACH`: no way to the host.
  public static let hostUnreachable = Self(EHOSTUNREACH)
  /// `EINPROGRESS`: the connection is being made.
  public static let inProgress = Self(EINPROGRESS)
  /// `EINTR`: a signal came in between.
  public static let interrupted = Self(EINTR)
  /// `EINVAL`: an argument makes no sense here.
  public static let invalidArgument = Self(EINVAL)
  /// `EIO`: the device failed, or does not do what was asked.
  public static let inputOutput = Self(EIO)
  /// `EISCONN`: the socket is connected.
  public static let isConnected = Self(EISCONN)
  /// `EMFILE`: the process has too many open files.
  public static let tooManyOpenFiles = Self(EMFILE)
  /// `EMSGSIZE`: longer than a datagram can be.
  public static let messageTooLong = Self(EMSGSIZE)
  /// `ENAMETOOLONG`: the name is too long.
  public static let nameTooLong = Self(ENAMETOOLONG)
  /// `ENETUNREACH`: no way to the network.
  public static let networkUnreachable = Self(ENETUNREACH)
  /// `ENFILE`: the system has too many open files.
  public static let tooManyOpenFilesInSystem = Self(ENFILE)
  /// `ENOBUFS`: no buffer space.
  public static let noBufferSpace = Self(ENOBUFS)
  /// `ENODATA`: there is nothing of what was expected.
  public static let noData = Self(ENODATA)
  /// `ENODEV`: no such device.
  public static let noDevice = Self(ENODEV)
  /// `ENXIO`: no such device or address.
  public static let noDeviceOrAddress = Self(ENXIO)
  /// `ENOENT`: no such file.
  public static let noEntry = Self(ENOENT)
  /// `ENOMEM`: no memory.
  public static let noMemory = Self(ENOMEM)
  /// `ENOPROTOOPT`: no such option at this level.
  public static let noProtocolOption = Self(ENOPROTOOPT)
  /// `ESRCH`: no such process.
  public static let noProcess = Self(ESRCH)
  /// `ENOSYS`: the kernel lacks the call.
  public static let notImplemented = Self(ENOSYS)
  /// `ENOTCONN`: the socket is not connected.
  public static let notConnected = Self(ENOTCONN)
  /// `ENOTSOCK`: the descriptor is no socket.
  public static let notSocket = Self(ENOTSOCK)
  /// `EOPNOTSUPP`: not supported by this kind of socket or file.
  public static let notSupported = Self(EOPNOTSUPP)
  /// `EPERM`: not permitted.
  public static let notPermitted = Self(EPERM)
  /// `EPIPE`: nobody reads any more.
  public static let brokenPipe = Self(EPIPE)
  /// `EPROTONOSUPPORT`: the kernel lacks the protocol.
  public static let protocolNotSupported = Self(EPROTONOSUPPORT)
  /// `EPROTOTYPE`: another type than that of the peer.
  public static let wrongProtocolType = Self(EPROTOTYPE)
  /// `ESOCKTNOSUPPORT`: the kernel lacks the socket type.
  public static let socketTypeNotSupported = Self(ESOCKTNOSUPPORT)
  /// `ETIMEDOUT`: no answer in time.
  public static let timedOut = Self(ETIMEDOUT)
  /// `ETOOMANYREFS`: too many descriptors are on their way to others.
  public static let tooManyReferences = Self(ETOOMANYREFS)
}
