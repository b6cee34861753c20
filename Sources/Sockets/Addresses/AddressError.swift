/// Text or bytes that are not an address.
public enum AddressError: Error, Hashable, Sendable {
  case emptyUnixPath
  case zeroByteInUnixPath
  case unixNameTooLong(length: Int, isPath: Bool)
  /// Text that is not in the form of its family.
  case malformed(String, form: String)
  /// The kernel's bytes do not fit in `sockaddr_storage`.
  case tooLong(Int)
  /// Data after the family that does not fit in `sockaddr_storage`.
  case dataTooLong(Int)
  /// A character in a hexadecimal address that is not a digit.
  case noDigit(Character)
  case oddDigits(Int)
  case noData
}

extension AddressError: CustomStringConvertible {
  /// A sentence for the user that says what is wrong.
  public var description: String {
    switch self {
    case .emptyUnixPath: "the Unix socket name is empty: give a path, or @name for an abstract one"
    case .zeroByteInUnixPath: "the Unix socket path holds a zero byte"
    case .unixNameTooLong(let length, let isPath):
      "the Unix socket \(isPath ? "path" : "name") has \(length) bytes, the longest is \(UnixAddress.longestName): "
        + (isPath ? "use a shorter path, or change to its directory and give a relative one" : "use a shorter name")
    case .malformed(let text, let form): "'\(text)' is not an address: write \(form)"
    case .tooLong(let length): "a socket address of \(length) bytes does not fit in 128"
    case .dataTooLong(let length):
      "\(length) bytes are too many: an address has at most \(SocketAddress.largestData) behind its family"
    case .noDigit(let character):
      "'\(character)' is no hexadecimal digit: write two for each byte, such as 044c7f000001"
    case .oddDigits(let count): "\(count) hexadecimal digits are an odd number: write two for each byte"
    case .noData: "there are no bytes: write two hexadecimal digits for each, such as 044c7f000001"
    }
  }
}
