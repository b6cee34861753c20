extension SocketAddress {
  /// The maximum number of bytes after the family.
  public static var largestData: Int { capacity - MemoryLayout<UInt16>.size }

  /// Creates an address from its family and the bytes after `sa_family`: `sa_data` in C.
  ///
  /// If the family's C struct has a fixed size, the data is padded with zeros.
  public init(family: AddressFamily, data: [UInt8]) throws(AddressError) {
    guard data.count <= Self.largestData else { throw .dataTooLong(data.count) }
    let missing = max(0, (family.addressSize ?? 0) - MemoryLayout<UInt16>.size - data.count)
    self.init(family: family, data + [UInt8](repeating: 0, count: missing))
  }

  /// Creates an address from its family and hexadecimal digits, two to a byte, optionally separated by spaces and
  /// colons: for IPv4, `044c 7f000001` is 127.0.0.1:1100.
  public init(family: AddressFamily, hexadecimal text: String) throws(AddressError) {
    var digits: [UInt8] = []
    for character in text where character != " " && character != ":" {
      guard character.isASCII, let digit = character.hexDigitValue else { throw .noDigit(character) }
      digits.append(UInt8(digit))
    }
    guard !digits.isEmpty else { throw .noData }
    guard digits.count.isMultiple(of: 2) else { throw .oddDigits(digits.count) }
    try self.init(
      family: family, data: stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
  }
}

extension AddressFamily {
  /// The size of the family's C struct; nil if addresses vary in length, or it is not known.
  var addressSize: Int? { self == .ipv4 ? 16 : self == .ipv6 ? 28 : addressType?.size }
}
