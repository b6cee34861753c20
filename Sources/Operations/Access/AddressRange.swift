import Sockets

/// Addresses from a first to a last one, of one family.
///
/// IPv4-mapped IPv6 addresses (`::ffff:10.0.0.1`) are the IPv4 addresses that they stand for.
package struct AddressRange: Sendable, Hashable {
  let family: AddressFamily
  let first: UInt128
  let last: UInt128

  /// The addresses from one to another; nil if they are of different families, or the last one comes first.
  package init?(from first: IPAddress, to last: IPAddress) {
    let (first, last) = (first.withoutMapping, last.withoutMapping)
    guard first.family == last.family, first.number <= last.number else { return nil }
    (family, self.first, self.last) = (first.family, first.number, last.number)
  }

  /// The addresses that share their first bits with this one; nil if it has fewer bits.
  package init?(_ address: IPAddress, prefix: Int) {
    guard (0...address.width).contains(prefix) else { return nil }
    let rest = address.width - prefix
    let mask = rest == 128 ? UInt128.max : (UInt128(1) << UInt128(rest)) - 1
    let first = address.number & ~mask
    guard case .ipv6 = address, let low = Self.ipv4(mapped: first), let high = Self.ipv4(mapped: first | mask) else {
      (family, self.first, last) = (address.family, first, first | mask)
      return
    }
    (family, self.first, last) = (.ipv4, low, high)
  }

  func contains(_ address: IPAddress) -> Bool {
    let address = address.withoutMapping
    return address.family == family && (first...last).contains(address.number)
  }

  private static func ipv4(mapped number: UInt128) -> UInt128? {
    number >> 32 == 0xffff ? number & 0xffff_ffff : nil
  }
}

extension IPAddress {
  /// The address as a number.
  fileprivate var number: UInt128 {
    switch self {
    case .ipv4(let address): UInt128(address.number)
    case .ipv6(let address): UInt128(address.high) << 64 | UInt128(address.low)
    }
  }
}
