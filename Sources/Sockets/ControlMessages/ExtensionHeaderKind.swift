/// Which extension header of IPv6 a control message carries: RFC 3542, and those of RFC 2292 that came before.
public struct ExtensionHeaderKind: NamedConstant {
  /// The type of the control message.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `IPV6_HOPOPTS`: options that every router reads.
  public static let hopByHop = Self(rawValue: 54)
  /// `IPV6_RTHDRDSTOPTS`: options for each destination of a routing header.
  public static let routingDestination = Self(rawValue: 55)
  /// `IPV6_RTHDR`: the routing header.
  public static let routing = Self(rawValue: 57)
  /// `IPV6_DSTOPTS`: options for the destination.
  public static let destination = Self(rawValue: 59)

  /// The values that have a name, with their C names.
  public static let names: [(value: CInt, name: String)] = [
    (54, "IPV6_HOPOPTS"), (55, "IPV6_RTHDRDSTOPTS"), (57, "IPV6_RTHDR"), (59, "IPV6_DSTOPTS"),
    (3, "IPV6_2292HOPOPTS"), (4, "IPV6_2292DSTOPTS"), (5, "IPV6_2292RTHDR"),
  ]

  /// Whether the header is a list of addresses instead of options.
  public var isRouting: Bool { self == .routing || rawValue == 5 }
}
