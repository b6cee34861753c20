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

extension UnixAddress: FamilyAddress {
  /// `AF_UNIX`.
  public static var family: AddressFamily { .unix }
  /// A path, or `@` and a name.
  public static var form: String { "unix:/path or unix:@name" }
  /// Streams, datagrams and records.
  public static var transports: [Transport] { [.unix, .unixDatagram, .unixSequencedPacket] }

  /// A path or `@name`.
  public init(_ text: String, role: Endpoint.Role) throws(AddressError) { try self.init(text) }

  /// The name within a `sockaddr_un`.
  public init?(_ address: SocketAddress) {
    guard case .unix(let name) = address.contents else { return nil }
    self = name
  }

  /// A `sockaddr_un`, as long as its name.
  public func socketAddress() -> SocketAddress { .unix(self) }

  /// A path's.
  public var file: [UInt8]? { if case .path(let path) = self { path } else { nil } }

  /// Paths and abstract names are bytes.
  public func respelled(_ bytes: (String) -> [UInt8]) throws(AddressError) -> Self {
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
  /// A Unix stream: `unix(7)`.
  public static let unix = Self(name: "unix", type: .stream, addressing: .unix, traits: .fullBacklogIsNoEvent)
  /// Unix datagrams.
  public static let unixDatagram = Self(
    name: "unix-dgram", type: .datagram, addressing: .unix, traits: [.fullQueueIsNoEvent, .answersNeedName])
  /// A Unix connection with message boundaries.
  public static let unixSequencedPacket = Self(
    name: "unix-seqpacket", type: .sequencedPacket, addressing: .unix, traits: .fullBacklogIsNoEvent)
}
