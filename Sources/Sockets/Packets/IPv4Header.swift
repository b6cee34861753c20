/// The header of an IPv4 packet, as a raw socket receives it: RFC 791.
public struct IPv4Header: Sendable, Hashable {
  /// With the options, in bytes.
  public let length: Int
  /// Of the whole packet as the header has it, in bytes.
  public let totalLength: Int
  /// How many hops are left.
  public let timeToLive: UInt8
  /// What the packet carries.
  public let protocolNumber: TransportProtocol
  /// Who sent it.
  public let source: IPv4Address
  /// Whom to.
  public let destination: IPv4Address

  /// The header at the front of these bytes; nil where there is none, or not all of it.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count >= 20, bytes[0] >> 4 == 4 else { return nil }
    length = Int(bytes[0] & 15) * 4
    guard length >= 20, bytes.count >= length else { return nil }
    totalLength = Int(bytes[2]) << 8 | Int(bytes[3])
    timeToLive = bytes[8]
    protocolNumber = TransportProtocol(rawValue: CInt(bytes[9]))
    source = IPv4Address(number: UInt32(bigEndian: bytes.load(UInt32.self, at: 12)))
    destination = IPv4Address(number: UInt32(bigEndian: bytes.load(UInt32.self, at: 16)))
  }
}
