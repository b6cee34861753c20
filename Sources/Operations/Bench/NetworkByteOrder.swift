extension [UInt8] {
  /// Decodes a number in network byte order; the caller checks the length.
  func number<Number: FixedWidthInteger & UnsignedInteger>(at offset: Int) -> Number {
    self[offset..<(offset + MemoryLayout<Number>.size)].reduce(0) { $0 << 8 | Number($1) }
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  var networkBytes: [UInt8] {
    (0..<MemoryLayout<Self>.size).reversed().map { UInt8(truncatingIfNeeded: self >> (8 * Self($0))) }
  }
}
