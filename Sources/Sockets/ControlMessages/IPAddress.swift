/// An IPv4 or IPv6 address.
public enum IPAddress: Sendable, Hashable {
  case ipv4(IPv4Address)
  case ipv6(IPv6Address)

  /// Parses an address of either family, without brackets and without a scope, or the C name of one: `INADDR_LOOPBACK`.
  public init?(_ text: String) {
    if let named = IPAddress(constant: text) {
      self = named
    } else if let address = IPv4Address(text) {
      self = .ipv4(address)
    } else if let address = IPv6Address(text) {
      self = .ipv6(address)
    } else {
      return nil
    }
  }

  /// `AF_INET` or `AF_INET6`.
  public var family: AddressFamily {
    switch self {
    case .ipv4: .ipv4
    case .ipv6: .ipv6
    }
  }

  /// How many bits it has.
  public var width: Int {
    switch self {
    case .ipv4: 32
    case .ipv6: 128
    }
  }

  /// Whether it is a multicast address.
  public var isMulticast: Bool {
    switch self {
    case .ipv4(let address): address.isMulticast
    case .ipv6(let address): address.isMulticast
    }
  }

  /// Whether it is the wildcard address: 0.0.0.0, ::.
  public var isWildcard: Bool { self == .ipv4(.any) || self == .ipv6(.any) }

  /// The host of an IPv4 or IPv6 socket address; nil for other families.
  public init?(_ address: SocketAddress) {
    switch address.contents {
    case .ipv4(let host, _): self = .ipv4(host)
    case .ipv6(let host, _, _): self = .ipv6(host)
    case .unix, .other: return nil
    }
  }

  /// The bytes in network order.
  var bytes: [UInt8] {
    switch self {
    case .ipv4(let address): .storing(address.number.bigEndian)
    case .ipv6(let address): .storing(address.high.bigEndian) + .storing(address.low.bigEndian)
    }
  }

  /// Reads an address from an IPv4 header or struct.
  static func ipv4(_ bytes: [UInt8], at offset: Int) -> IPAddress {
    .ipv4(IPv4Address(number: UInt32(bigEndian: bytes.load(UInt32.self, at: offset))))
  }

  /// Reads an address from an IPv6 header or struct.
  static func ipv6(_ bytes: [UInt8], at offset: Int) -> IPAddress {
    .ipv6(
      IPv6Address(
        high: UInt64(bigEndian: bytes.load(UInt64.self, at: offset)),
        low: UInt64(bigEndian: bytes.load(UInt64.self, at: offset + 8))))
  }
}

extension IPAddress {
  /// The IPv4 address that an IPv4-mapped IPv6 address stands for; any other address as it is.
  package var withoutMapping: IPAddress {
    guard case .ipv6(let address) = self, let mapped = address.mappedIPv4 else { return self }
    return .ipv4(mapped)
  }
}

extension IPAddress: CustomStringConvertible {
  /// The canonical text form.
  public var description: String {
    switch self {
    case .ipv4(let address): address.description
    case .ipv6(let address): address.description
    }
  }
}
