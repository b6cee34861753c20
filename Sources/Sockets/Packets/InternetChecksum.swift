/// The checksum of IP, ICMP, UDP and TCP: RFC 1071.
///
/// ```swift
/// var checksum = InternetChecksum(pseudoHeaderFrom: source, to: destination, protocolNumber: .udp, length: count)
/// checksum.add(datagram)
/// let field = checksum.value
/// ```
/// The checksum field counts as zero while its value is computed. Over data that includes a valid checksum, ``value``
/// is 0.
public struct InternetChecksum: Sendable {
  /// The sum of 16-bit words in machine byte order, with carries. Byte order does not matter until the end.
  private var sum: UInt64 = 0
  /// Whether the next byte is the second of its word.
  private var isOdd = false

  /// Creates the checksum of no data.
  public init() {}

  /// Starts with the pseudo-header of RFC 768 (IPv4) or RFC 8200, section 8.1 (IPv6), which the checksums of UDP, TCP
  /// and ICMPv6 include.
  ///
  /// - Parameters:
  ///   - destination: the destination, of the same family as `source`.
  ///   - length: the length of the header and data that follow, in bytes.
  public init(
    pseudoHeaderFrom source: IPAddress, to destination: IPAddress, protocolNumber: TransportProtocol, length: Int
  ) {
    let number = UInt8(truncatingIfNeeded: protocolNumber.rawValue)
    let count = UInt32(clamping: length)
    add(source.bytes + destination.bytes)
    // Apart from zeros, both pseudo-headers have the same words: the length (16 or 32 bits) and the protocol number.
    add([0, 0, 0, number] + .storing(count.bigEndian))
  }

  /// Adds bytes after those added before, whatever their number.
  public mutating func add(_ bytes: [UInt8]) {
    let part = unsafe bytes.withUnsafeBytes { unsafe Self.sum($0) }
    // After an odd number of bytes, these are the other halves of their words.
    let folded = Self.fold(part)
    sum += UInt64(isOdd ? folded.byteSwapped : folded)
    if bytes.count % 2 == 1 { isOdd.toggle() }
  }

  /// The value for the header, as a number in host order.
  public var value: UInt16 { ~UInt16(bigEndian: Self.fold(sum)) }

  /// The checksum of these bytes.
  public static func of(_ bytes: [UInt8]) -> UInt16 {
    var checksum = InternetChecksum()
    checksum.add(bytes)
    return checksum.value
  }

  /// Adds four bytes at a time; a 64-bit sum takes 2^32 of them without losing a carry.
  private static func sum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var sum: UInt64 = 0
    var index = 0
    let words = bytes.count & ~3
    while index < words {
      sum &+= UInt64(unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
      index += 4
    }
    if bytes.count - index >= 2 {
      sum &+= UInt64(unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt16.self))
      index += 2
    }
    // A final odd byte is the first of a word whose second byte is zero.
    if index < bytes.count { sum &+= UInt64(UInt16(bigEndian: UInt16(unsafe bytes[index]) << 8)) }
    return sum
  }

  private static func fold(_ sum: UInt64) -> UInt16 {
    var sum = sum
    while sum > 0xffff { sum = (sum >> 16) + (sum & 0xffff) }
    return UInt16(truncatingIfNeeded: sum)
  }
}
