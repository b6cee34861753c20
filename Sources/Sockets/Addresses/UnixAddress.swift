/// The address of a Unix socket: a path, an abstract name, or none.
///
/// The kernel has room for 108 bytes. A path needs one of them for its terminating zero here, so that every program can
/// read it back: 107 bytes is the longest. An abstract name is told by a leading zero byte, which leaves 107 bytes too.
public enum UnixAddress: Hashable, Sendable {
  /// A name in the file system, as bytes.
  case path([UInt8])
  /// A name in the kernel's own table, without its leading zero byte; written `@name`.
  case abstract([UInt8])
  /// No name: one end of a pair, or a client that was never bound.
  case unnamed

  /// The most bytes that a path or an abstract name may have.
  public static let longestName = 107

  /// An address as users write it: `@name` is abstract, anything else is a path.
  public init(_ text: String) throws(AddressError) {
    if text.hasPrefix("@") {
      try self.init(abstract: Array(text.utf8.dropFirst()))
    } else {
      try self.init(path: Array(text.utf8))
    }
  }

  /// A path, refused when it is empty, too long, or holds a zero byte: never cut.
  public init(path: [UInt8]) throws(AddressError) {
    guard !path.isEmpty else { throw .emptyUnixPath }
    guard path.count <= Self.longestName else { throw .unixNameTooLong(length: path.count, isPath: true) }
    guard !path.contains(0) else { throw .zeroByteInUnixPath }
    self = .path(path)
  }

  /// An abstract name, without the leading zero byte.
  public init(abstract name: [UInt8]) throws(AddressError) {
    guard !name.isEmpty else { throw .emptyUnixPath }
    guard name.count <= Self.longestName else { throw .unixNameTooLong(length: name.count, isPath: false) }
    self = .abstract(name)
  }

  /// The path, where it is one.
  public var path: String? {
    if case .path(let bytes) = self { return String(decoding: bytes, as: UTF8.self) }
    return nil
  }
}

extension UnixAddress: CustomStringConvertible {
  /// The path, `@name`, or `(unnamed)`.
  ///
  /// Bytes that are not printable ASCII in an abstract name stand as `\xNN`.
  public var description: String {
    switch self {
    case .path(let bytes): String(decoding: bytes, as: UTF8.self)
    case .abstract(let bytes):
      "@"
        + bytes.map { byte in
          (0x20..<0x7f).contains(byte)
            ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    case .unnamed: "(unnamed)"
    }
  }
}

/// Text or bytes that are not an address.
public enum AddressError: Error, Hashable, Sendable {
  case emptyUnixPath
  case zeroByteInUnixPath
  case unixNameTooLong(length: Int, isPath: Bool)
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
    case .tooLong(let length): "a socket address of \(length) bytes does not fit in 128"
    }
  }
}
