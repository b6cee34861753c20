/// The address of a Unix socket: a path, an abstract name, or none.
///
/// The kernel has room for 108 bytes. A path is terminated by a zero byte here, so that every program can read it
/// back, and an abstract name starts with one. Either has at most 107 bytes.
public enum UnixAddress: Hashable, Sendable {
  /// A path in the file system, as bytes.
  case path([UInt8])
  /// A name in the abstract namespace, without its leading zero byte; written `@name`.
  case abstract([UInt8])
  /// No name: one end of a pair, or a client that was not bound.
  case unnamed

  /// The maximum length of a path or an abstract name, in bytes.
  public static let longestName = 107

  /// Parses an address as users write it: `@name` is abstract, anything else is a path.
  public init(_ text: String) throws(AddressError) {
    if text.hasPrefix("@") {
      try self.init(abstract: Array(text.utf8.dropFirst()))
    } else {
      try self.init(path: Array(text.utf8))
    }
  }

  /// Creates a path. It is never truncated: an empty or too long one, or one with a zero byte, is an error.
  public init(path: [UInt8]) throws(AddressError) {
    guard !path.isEmpty else { throw .emptyUnixPath }
    guard path.count <= Self.longestName else { throw .unixNameTooLong(length: path.count, isPath: true) }
    guard !path.contains(0) else { throw .zeroByteInUnixPath }
    self = .path(path)
  }

  /// Creates an abstract name, given without the leading zero byte.
  public init(abstract name: [UInt8]) throws(AddressError) {
    guard !name.isEmpty else { throw .emptyUnixPath }
    guard name.count <= Self.longestName else { throw .unixNameTooLong(length: name.count, isPath: false) }
    self = .abstract(name)
  }

  /// The path, or nil if it is not one.
  public var path: String? {
    if case .path(let bytes) = self { return String(decoding: bytes, as: UTF8.self) }
    return nil
  }
}

extension UnixAddress: CustomStringConvertible {
  /// The path, `@name`, or `(unnamed)`.
  ///
  /// In an abstract name, bytes other than printable ASCII are shown as `\xNN`.
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

extension UnixAddress: FamilyAddress {
  /// `AF_UNIX`.
  public static var family: AddressFamily { .unix }
  /// A path, or `@` and a name.
  public static var form: String { "unix:/path or unix:@name" }
  /// Streams, datagrams and records.
  public static var transports: [Transport] { [.unix, .unixDatagram, .unixSequencedPacket] }

  /// Parses a path or `@name`.
  public init(_ text: String, role: Endpoint.Role) throws(AddressError) { try self.init(text) }

  /// Reads the name from a `sockaddr_un`.
  public init?(_ address: SocketAddress) {
    guard case .unix(let name) = address.contents else { return nil }
    self = name
  }

  /// A `sockaddr_un` of the length of its name.
  public func socketAddress() -> SocketAddress { .unix(self) }

  /// The path, if it is one.
  public var file: [UInt8]? { if case .path(let path) = self { path } else { nil } }

  /// Paths and abstract names are bytes.
  public func withOriginalBytes(_ bytes: (String) -> [UInt8]) throws(AddressError) -> Self {
    switch self {
    case .path(let text): try Self(path: bytes(String(decoding: text, as: UTF8.self)))
    case .abstract(let text): try Self(abstract: bytes(String(decoding: text, as: UTF8.self)))
    case .unnamed: self
    }
  }
}

extension Transport.Addressing {
  /// A path or an abstract name.
  public static let unix = Self.family(.unix)
}

extension Transport {
  /// A Unix stream socket: `unix(7)`.
  public static let unix = Self(name: "unix", type: .stream, addressing: .unix, traits: .fullBacklogIsNoEvent)
  /// Unix datagrams.
  public static let unixDatagram = Self(
    name: "unix-dgram", type: .datagram, addressing: .unix, traits: [.fullQueueIsNoEvent, .answersNeedName])
  /// A Unix connection with message boundaries.
  public static let unixSequencedPacket = Self(
    name: "unix-seqpacket", type: .sequencedPacket, addressing: .unix, traits: .fullBacklogIsNoEvent)
}
