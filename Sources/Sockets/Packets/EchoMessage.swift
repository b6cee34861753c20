/// An ICMP or ICMPv6 echo request, or the reply to one: RFC 792, RFC 4443.
public struct EchoMessage: Sendable, Hashable {
  /// Whether it asks or answers.
  public enum Kind: Sendable, Hashable { case request, reply }

  /// Whether it asks or answers.
  public var kind: Kind
  /// Whose it is; on a ping socket the kernel puts the socket's own in.
  public var identifier: UInt16
  /// Which one.
  public var sequence: UInt16
  /// What the reply brings back.
  public var data: [UInt8]

  /// A message from its parts.
  public init(_ kind: Kind, identifier: UInt16, sequence: UInt16, data: [UInt8] = []) {
    self.kind = kind
    self.identifier = identifier
    self.sequence = sequence
    self.data = data
  }

  /// The length of what stands before the data.
  public static let headerSize = 8

  /// The message of this family, with its checksum; that of ICMPv6 covers the addresses too, and is the kernel's work.
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

  /// The message in these bytes, which begin with the ICMP header; nil for any other message.
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

  /// Whether the checksum is right of what a socket of this type received: the kernel has looked at it already, but not for
  /// a raw socket of IPv4.
  public static func hasRightChecksum(received bytes: [UInt8], family: AddressFamily, type: SocketType) -> Bool {
    guard family == .ipv4, type == .raw, let header = IPv4Header(bytes) else { return true }
    return InternetChecksum.of(Array(bytes.dropFirst(header.length))) == 0
  }

  /// The message that a socket of this type received: a raw one of IPv4 gives the IP header too.
  public init?(received bytes: [UInt8], family: AddressFamily, type: SocketType) {
    guard family == .ipv4, type == .raw else {
      self.init(bytes, family: family)
      return
    }
    guard let header = IPv4Header(bytes), header.protocolNumber == .icmp else { return nil }
    self.init(Array(bytes.dropFirst(header.length)), family: family)
  }
}
