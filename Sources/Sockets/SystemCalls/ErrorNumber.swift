import CSocketShims
import Glibc

/// An `errno` value, known by its C name.
///
/// Not an enum: the kernel may return numbers that this library has no name for, and they pass through.
public struct ErrorNumber: RawRepresentable, Hashable, Sendable {
  public let rawValue: CInt
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

extension ErrorNumber: CustomStringConvertible {
  /// The meaning and the name: `Connection refused (ECONNREFUSED)`.
  public var description: String { "\(meaning) (\(name))" }
}

extension ErrorNumber {
  public static let permissionDenied = Self(EACCES)
  public static let addressInUse = Self(EADDRINUSE)
  public static let addressNotAvailable = Self(EADDRNOTAVAIL)
  public static let familyNotSupported = Self(EAFNOSUPPORT)
  public static let wouldBlock = Self(EAGAIN)
  public static let alreadyInProgress = Self(EALREADY)
  public static let badDescriptor = Self(EBADF)
  public static let connectionAborted = Self(ECONNABORTED)
  public static let connectionRefused = Self(ECONNREFUSED)
  public static let connectionReset = Self(ECONNRESET)
  public static let exists = Self(EEXIST)
  public static let hostUnreachable = Self(EHOSTUNREACH)
  public static let inProgress = Self(EINPROGRESS)
  public static let interrupted = Self(EINTR)
  public static let invalidArgument = Self(EINVAL)
  public static let isConnected = Self(EISCONN)
  public static let tooManyOpenFiles = Self(EMFILE)
  public static let messageTooLong = Self(EMSGSIZE)
  public static let nameTooLong = Self(ENAMETOOLONG)
  public static let networkUnreachable = Self(ENETUNREACH)
  public static let tooManyOpenFilesInSystem = Self(ENFILE)
  public static let noBufferSpace = Self(ENOBUFS)
  public static let noEntry = Self(ENOENT)
  public static let noMemory = Self(ENOMEM)
  public static let noProtocolOption = Self(ENOPROTOOPT)
  public static let notImplemented = Self(ENOSYS)
  public static let notConnected = Self(ENOTCONN)
  public static let notSocket = Self(ENOTSOCK)
  public static let notSupported = Self(EOPNOTSUPP)
  public static let notPermitted = Self(EPERM)
  public static let brokenPipe = Self(EPIPE)
  public static let protocolNotSupported = Self(EPROTONOSUPPORT)
  public static let wrongProtocolType = Self(EPROTOTYPE)
  public static let socketTypeNotSupported = Self(ESOCKTNOSUPPORT)
  public static let timedOut = Self(ETIMEDOUT)
}
