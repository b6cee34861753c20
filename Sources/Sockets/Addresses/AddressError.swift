/// Text or bytes that are not an address.
public enum AddressError: Error, Hashable, Sendable {
  case emptyUnixPath
  case zeroByteInUnixPath
  case unixNameTooLong(length: Int, isPath: Bool)
  /// Text that does not have the form of its family.
  case malformed(String, form: String)
  /// The kernel's bytes do not fit in `sockaddr_storage`.
  case tooLong(Int)
}

extension AddressError: CustomStringConvertible {
  /// What is wrong with it, as a sentence for its user.
  public var description: String {
    switch self {
    case .emptyUnixPath: "the Unix socket name is empty: give a path, or @name for an abstract one"
    case .zeroByteInUnixPath: "the Unix socket path holds a zero byte"
    case .unixNameTooLong(let length, let isPath):
      "the Unix socket \(isPath ? "path" : "name") has \(length) bytes, the longest is \(UnixAddress.longestName): "
        + (isPath ? "use a shorter path, or change to its directory and give a relative one" : "use a shorter name")
    case .malformed(let text, let form): "'\(text)' is not an address: write \(form)"
    case .tooLong(let length): "a socket address of \(length) bytes does not fit in 128"
    }
  }
}
