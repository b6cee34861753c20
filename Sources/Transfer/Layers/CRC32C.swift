/// The checksum of Castagnoli (RFC 3385), as SCTP and the PROXY protocol have it.
enum CRC32C {
  /// The remainder of each byte, lowest bit first.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0x82f6_3b78 }
  }

  static func sum(of bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(.max) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 255)] }
  }
}
