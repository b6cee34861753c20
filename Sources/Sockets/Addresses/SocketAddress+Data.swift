extension SocketAddress {
  /// The most bytes that stand behind the family.
  public static var largestData: Int { capacity - MemoryLayout<UInt16>.size }

  /// An address from its family and the bytes behind `sa_family`: C's `sa_data`.
  ///
  /// Where the family has a C struct of one size, what is missing at its end is filled up with zeros.
  public init(family: AddressFamily, data: [UInt8]) throws(AddressError) {
    guard data.count <= Self.largestData else { throw .dataTooLong(data.count) }
    let missing = max(0, (family.addressSize ?? 0) - MemoryLayout<UInt16>.size - data.count)
    self.init(family: family, data + [UInt8](repeating: 0, count: missing))
  }

  /// The same from hexadecimal digits, two a byte, with blanks and colons between them as one likes: `044c 7f000001` of
  /// IPv4 is 127.0.0.1:1100.
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
  /// The size of the C struct of its addresses; nil where addresses have a length of their own, or none is known.
  var addressSize: Int? { self == .ipv4 ? 16 : self == .ipv6 ? 28 : addressType?.size }
}
