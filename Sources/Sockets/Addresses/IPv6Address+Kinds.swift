// The macros of RFC 3493 that say what kind of address one is.
extension IPv6Address {
  /// Whether it is `::`: `IN6_IS_ADDR_UNSPECIFIED(3)`.
  public var isUnspecified: Bool { self == .any }
  /// Whether it is in fec0::/10, which RFC 3879 deprecates: `IN6_IS_ADDR_SITELOCAL(3)`.
  public var isSiteLocal: Bool { high >> 54 == 0x3fb }
  /// Whether it is in ::ffff:0:0/96: `IN6_IS_ADDR_V4MAPPED(3)`.
  public var isIPv4Mapped: Bool { mappedIPv4 != nil }
  /// Whether it is in ::/96, but neither `::` nor `::1`: `IN6_IS_ADDR_V4COMPAT(3)`.
  public var isIPv4Compatible: Bool { high == 0 && low >> 32 == 0 && low > 1 }

  /// The scope of a multicast address, its fourth hexadecimal digit; nil for others.
  public var multicastScope: UInt8? { isMulticast ? UInt8(truncatingIfNeeded: high >> 48 & 0xf) : nil }

  /// Every predicate by the name of its macro, such as `IN6_IS_ADDR_LOOPBACK(3)`, `IN6_IS_ADDR_MULTICAST(3)`,
  /// `IN6_IS_ADDR_LINKLOCAL(3)`.
  ///
  /// `==` is `IN6_ARE_ADDR_EQUAL(3)`. Those of the scopes are `IN6_IS_ADDR_MC_NODELOCAL(3)`, `IN6_IS_ADDR_MC_LINKLOCAL(3)`,
  /// `IN6_IS_ADDR_MC_SITELOCAL(3)`, `IN6_IS_ADDR_MC_ORGLOCAL(3)` and `IN6_IS_ADDR_MC_GLOBAL(3)`.
  public static let predicates: [(name: String, meaning: String, holds: @Sendable (IPv6Address) -> Bool)] = [
    ("IN6_IS_ADDR_UNSPECIFIED", "the wildcard address ::", { $0.isUnspecified }),
    ("IN6_IS_ADDR_LOOPBACK", "::1", { $0.isLoopback }),
    ("IN6_IS_ADDR_MULTICAST", "in ff00::/8", { $0.isMulticast }),
    ("IN6_IS_ADDR_LINKLOCAL", "in fe80::/10", { $0.isLinkLocal }),
    ("IN6_IS_ADDR_SITELOCAL", "in fec0::/10", { $0.isSiteLocal }),
    ("IN6_IS_ADDR_V4MAPPED", "in ::ffff:0:0/96", { $0.isIPv4Mapped }),
    ("IN6_IS_ADDR_V4COMPAT", "in ::/96, but not :: and ::1", { $0.isIPv4Compatible }),
    ("IN6_IS_ADDR_MC_NODELOCAL", "multicast within the host", { $0.multicastScope == 1 }),
    ("IN6_IS_ADDR_MC_LINKLOCAL", "multicast within the link", { $0.multicastScope == 2 }),
    ("IN6_IS_ADDR_MC_SITELOCAL", "multicast within the site", { $0.multicastScope == 5 }),
    ("IN6_IS_ADDR_MC_ORGLOCAL", "multicast within the organisation", { $0.multicastScope == 8 }),
    ("IN6_IS_ADDR_MC_GLOBAL", "multicast everywhere", { $0.multicastScope == 0xe }),
  ]
}
