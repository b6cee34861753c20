/// An ICMP or ICMPv6 echo request or reply: RFC 792, RFC 4443.
public struct EchoMessage: Sendable, Hashable {
  /// Whether it is a request or a reply.
  public enum Kind: Sendable, Hashable { case request, reply }

  /// Whether it is a request or a reply.
  public var kind: Kind
  /// The identifier; on a ping socket the kernel replaces it with the socket's own.
  public var identifier: UInt16
  /// The sequence number.
  public var sequence: UInt16
  /// The data, which a reply returns.
  public var data: [UInt8]

  /// Creates a message from its parts.
  public init(_ kind: Kind, identifier: UInt16, sequence: UInt16, data: [UInt8] = []) {
    self.kind = kind
    self.identifier = identifier
    self.sequence = sequence
    self.data = data
  }

  /// The length of the header before the data, in bytes.
  public static let headerSize = 8

  /// Encodes the message with its checksum. For ICMPv6 the kernel fills in the checksum, since it covers the
  /// addresses.
  public func bytes(for family: AddressFamily) -> [UInt8] {
    let type: UInt8 = family == .ipv6 ? (kind == .request ? 128 : 129) : (kind == .request ? 8 : 0)
    var bytes: [UInt8] = [type, 0, 0, 0] + .storing(identifier.bigEndian) + .storing(sequence.bigEndian) + data
    if family != .ipv6 {
      let checksum = InternetChecksum.of(bytes)
      bytes[2] = UInt8(checksum >> 8)
      bytes[3] = UInt8(checksum & 0xff)
    }
    return bytes
  }

  /// Decodes bytes that begin with the ICMP header; nil for any other message.
  public init?(_ bytes: [UInt8], family: AddressFamily) {
    guard bytes.count >= Self.headerSize, bytes[1] == 0 else { return nil }
    switch (family, bytes[0]) {
    case (.ipv6, 128), (.ipv4, 8): kind = .request
    case (.ipv6, 129), (.ipv4, 0): kind = .reply
    default: return nil
    }
    identifier = UInt16(bigEndian: bytes.load(UInt16.self, at: 4))
    sequence = UInt16(bigEndian: bytes.load(UInt16.self, at: 6))
    data = Array(bytes.dropFirst(Self.headerSize))
  }

  /// Whether a message received on a socket of this type has a valid checksum. The kernel has checked it already,
  /// except on raw IPv4 sockets.
  public static func hasValidChecksum(received bytes: [UInt8], family: AddressFamily, type: SocketType) -> Bool {
    guard family == .ipv4, type == .raw, let header = IPv4Header(bytes) else { return true }
    return InternetChecksum.of(Array(bytes.dropFirst(header.length))) == 0
  }

  /// Decodes a message received on a socket of this type. On a raw IPv4 socket it starts with the IP header.
  public init?(received bytes: [UInt8], family: AddressFamily, type: SocketType) {
    guard family == .ipv4, type == .raw else {
      self.init(bytes, family: family)
      return
    }
    guard let header = IPv4Header(bytes), header.protocolNumber == .icmp else { return nil }
    self.init(Array(bytes.dropFirst(header.length)), family: family)
  }
}
