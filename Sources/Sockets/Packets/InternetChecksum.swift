/// The checksum of IP, ICMP, UDP and TCP: RFC 1071.
///
/// ```swift
/// var checksum = InternetChecksum(pseudoHeaderFrom: source, to: destination, protocolNumber: .udp, length: count)
/// checksum.add(datagram)
/// let field = checksum.value
/// ```
/// The field itself counts as zero while it is computed; over what holds its right checksum, ``value`` is 0.
public struct InternetChecksum: Sendable {
  /// The sum of 16-bit words in the machine's byte order, carries kept: the order does not matter until the end.
  private var sum: UInt64 = 0
  /// The next byte is the second of its word.
  private var isOdd = false

  /// Of nothing yet.
  public init() {}

  /// Of the pseudo-header of RFC 768 (IPv4) or RFC 8200, section 8.1 (IPv6), which the checksums of UDP, TCP and ICMPv6
  /// begin with.
  ///
  /// - Parameters:
  ///   - destination: of the same family as `source`.
  ///   - length: of the header and the data that follow, in bytes.
  public init(
    pseudoHeaderFrom source: IPAddress, to destination: IPAddress, protocolNumber: TransportProtocol, length: Int
  ) {
    let number = UInt8(truncatingIfNeeded: protocolNumber.rawValue)
    let count = UInt32(clamping: length)
    add(source.bytes + destination.bytes)
    // Both pseudo-headers have the same words, zeros apart: the length (16 or 32 bits) and the protocol's number.
    add([0, 0, 0, number] + .storing(count.bigEndian))
  }

  /// Adds bytes behind those that were added before, however many those were.
  public mutating func add(_ bytes: [UInt8]) {
    let part = unsafe bytes.withUnsafeBytes { unsafe Self.sum($0) }
    // Bytes at an odd place are the other halves of their words.
    let folded = Self.fold(part)
    sum += UInt64(isOdd ? folded.byteSwapped : folded)
    if bytes.count % 2 == 1 { isOdd.toggle() }
  }

  /// What belongs in the header, as a number.
  public var value: UInt16 { ~UInt16(bigEndian: Self.fold(sum)) }

  /// The checksum of these bytes.
  public static func of(_ bytes: [UInt8]) -> UInt16 {
    var checksum = InternetChecksum()
    checksum.add(bytes)
    return checksum.value
  }

  /// Four bytes a step; two halves of a 64-bit sum take 2^32 of them without a carry that is lost.
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
    // An odd byte is the first of a word whose second is zero.
    if index < bytes.count { sum &+= UInt64(UInt16(bigEndian: UInt16(unsafe bytes[index]) << 8)) }
    return sum
  }

  private static func fold(_ sum: UInt64) -> UInt16 {
    var sum = sum
    while sum > 0xffff { sum = (sum >> 16) + (sum & 0xffff) }
    return UInt16(truncatingIfNeeded: sum)
  }
}
