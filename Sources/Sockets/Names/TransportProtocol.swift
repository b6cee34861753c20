import Glibc

/// The third argument of `socket(2)` for the internet families: an IP protocol number of the IANA registry.
public struct TransportProtocol: NamedConstant {
  /// The C value.
  public let rawValue: CInt
  /// Any value passes, also one that has no name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// 0: the default protocol of the family and type.
  public static let automatic = Self(rawValue: 0)
  /// `IPPROTO_ICMP`.
  public static let icmp = Self(rawValue: CInt(IPPROTO_ICMP))
  /// `IPPROTO_TCP`: `tcp(7)`.
  public static let tcp = Self(rawValue: CInt(IPPROTO_TCP))
  /// `IPPROTO_UDP`: `udp(7)`.
  public static let udp = Self(rawValue: CInt(IPPROTO_UDP))
  /// `IPPROTO_DCCP`: RFC 4340.
  public static let dccp = Self(rawValue: CInt(IPPROTO_DCCP))
  /// `IPPROTO_ICMPV6`.
  public static let icmpv6 = Self(rawValue: CInt(IPPROTO_ICMPV6))
  /// `IPPROTO_SCTP`: RFC 9260.
  public static let sctp = Self(rawValue: CInt(IPPROTO_SCTP))
  /// `IPPROTO_UDPLITE`: `udplite(7)`.
  public static let udpLite = Self(rawValue: CInt(IPPROTO_UDPLITE))
  /// `IPPROTO_RAW`: the sender writes the IP header.
  public static let raw = Self(rawValue: CInt(IPPROTO_RAW))
  /// `IPPROTO_MPTCP`: RFC 8684.
  public static let mptcp = Self(rawValue: CInt(IPPROTO_MPTCP))

  /// The values that have a name, with their C names.
  public static let names: [(value: CInt, name: String)] = [
    (0, "IPPROTO_IP"), (1, "IPPROTO_ICMP"), (2, "IPPROTO_IGMP"), (4, "IPPROTO_IPIP"), (6, "IPPROTO_TCP"),
    (8, "IPPROTO_EGP"), (12, "IPPROTO_PUP"), (17, "IPPROTO_UDP"), (22, "IPPROTO_IDP"), (29, "IPPROTO_TP"),
    (33, "IPPROTO_DCCP"), (41, "IPPROTO_IPV6"), (46, "IPPROTO_RSVP"), (47, "IPPROTO_GRE"), (50, "IPPROTO_ESP"),
    (51, "IPPROTO_AH"), (58, "IPPROTO_ICMPV6"), (92, "IPPROTO_MTP"), (94, "IPPROTO_BEETPH"), (98, "IPPROTO_ENCAP"),
    (103, "IPPROTO_PIM"), (108, "IPPROTO_COMP"), (132, "IPPROTO_SCTP"), (136, "IPPROTO_UDPLITE"),
    (137, "IPPROTO_MPLS"), (143, "IPPROTO_ETHERNET"), (255, "IPPROTO_RAW"), (262, "IPPROTO_MPTCP"),
  ]
}
