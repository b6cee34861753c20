import Glibc

/// An IPv4 address.
public struct IPv4Address: Hashable, Sendable {
  /// The address as a number in host order: `127.0.0.1` is `0x7f000001`.
  public let number: UInt32
  /// Creates an address from its number in host order.
  public init(number: UInt32) { self.number = number }

  /// `INADDR_ANY`, 0.0.0.0: the wildcard address.
  public static let any = Self(number: 0)
  /// `INADDR_LOOPBACK`, 127.0.0.1.
  public static let loopback = Self(number: 0x7f00_0001)
  /// `INADDR_BROADCAST`, 255.255.255.255.
  public static let broadcast = Self(number: 0xffff_ffff)

  /// Parses four decimal numbers. Returns nil for anything else, including the short forms of `inet_aton(3)`.
  ///
  /// Calls `inet_pton(3)`.
  public init?(_ text: String) {
    var address = in_addr()
    guard unsafe inet_pton(AF_INET, text, &address) == 1 else { return nil }
    self.init(network: address)
  }

  init(network address: in_addr) { self.init(number: UInt32(bigEndian: address.s_addr)) }
  var network: in_addr { in_addr(s_addr: number.bigEndian) }

  /// Whether it is in 127.0.0.0/8.
  public var isLoopback: Bool { number >> 24 == 127 }
  /// Whether it is in 224.0.0.0/4.
  public var isMulticast: Bool { number >> 28 == 0xe }
}

extension IPv4Address: CustomStringConvertible {
  /// The dotted-decimal form: `127.0.0.1`.
  public var description: String {
    "\(number >> 24).\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
  }
}
