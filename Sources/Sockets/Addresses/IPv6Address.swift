import Glibc

/// An IPv6 address without a scope, which belongs to the socket address (``SocketAddress/ipv6(_:port:scope:flow:)``).
public struct IPv6Address: Hashable, Sendable {
  /// The first eight bytes, as a number in host order.
  public let high: UInt64
  /// The last eight bytes, as a number in host order.
  public let low: UInt64
  /// Creates an address from its first and last eight bytes, as numbers in host order.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// `in6addr_any`, `::`: the wildcard address.
  public static let any = Self(high: 0, low: 0)
  /// `in6addr_loopback`, `::1`.
  public static let loopback = Self(high: 0, low: 1)

  /// Parses any form of RFC 4291, without brackets and without `%scope`.
  ///
  /// Calls `inet_pton(3)`.
  public init?(_ text: String) {
    var address = in6_addr()
    guard unsafe inet_pton(AF_INET6, text, &address) == 1 else { return nil }
    self.init(network: address)
  }

  init(network address: in6_addr) {
    let words = unsafe withUnsafeBytes(of: address) { bytes in
      unsafe (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
    self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
  }

  var network: in6_addr {
    var address = in6_addr()
    unsafe withUnsafeMutableBytes(of: &address) { bytes in
      unsafe bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
      unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return address
  }

  /// Whether it is in fe80::/10, where an address needs a scope.
  public var isLinkLocal: Bool { high >> 54 == 0x3fa }
  /// Whether it is in ff00::/8.
  public var isMulticast: Bool { high >> 56 == 0xff }
  /// Whether it is `::1`.
  public var isLoopback: Bool { self == .loopback }

  /// The IPv4 address in `::ffff:a.b.c.d`, the form in which a dual-stack socket reports an IPv4 peer.
  public var mappedIPv4: IPv4Address? {
    high == 0 && low >> 32 == 0xffff ? IPv4Address(number: UInt32(truncatingIfNeeded: low)) : nil
  }
}

extension IPv6Address: CustomStringConvertible {
  /// The canonical form of RFC 5952.
  ///
  /// Calls `inet_ntop(3)`.
  public var description: String {
    var address = network
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
      guard let base = buffer.baseAddress,
        unsafe inet_ntop(AF_INET6, &address, base, socklen_t(buffer.count)) != nil
      else { return "::" }
      return unsafe String(cString: base)
    }
  }
}
