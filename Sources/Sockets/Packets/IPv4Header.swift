/// The header of an IPv4 packet as a raw socket receives it: RFC 791.
public struct IPv4Header: Sendable, Hashable {
  /// The length of the header including options, in bytes.
  public let length: Int
  /// The length of the whole packet according to the header, in bytes.
  public let totalLength: Int
  /// The time to live: the remaining hops.
  public let timeToLive: UInt8
  /// The protocol of the payload.
  public let protocolNumber: TransportProtocol
  /// The source address.
  public let source: IPv4Address
  /// The destination address.
  public let destination: IPv4Address

  /// Decodes the header at the start of these bytes; nil if it is missing or incomplete.
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
