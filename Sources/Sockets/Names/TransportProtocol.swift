import Glibc

/// The third argument of `socket(2)` for the internet families: an IP protocol number of the IANA registry.
public struct TransportProtocol: NamedConstant {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// 0: the default protocol of the family and type.
  public static let automatic = Self(rawValue: 0)
  /// `IPPROTO_ICMP`.
  public static let icmp = Self(rawValue: CInt(IPPROTO_ICMP))
  /// `IPPROTO_IGMP`.
  public static let igmp = Self(rawValue: CInt(IPPROTO_IGMP))
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
    (103, "IPPROTO_PIM"), (108, "IPPROTO_COMP"), (115, "IPPROTO_L2TP"), (132, "IPPROTO_SCTP"), (136, "IPPROTO_UDPLITE"),
    (137, "IPPROTO_MPLS"), (143, "IPPROTO_ETHERNET"), (255, "IPPROTO_RAW"), (256, "IPPROTO_SMC"),
    (262, "IPPROTO_MPTCP"),
  ]

  /// The extension headers of IPv6, and the names of protocols(5) that no C constant has, as a table: parsing an endpoint
  /// opens no file.
  public static let aliases: [(value: CInt, name: String)] = [
    (0, "IPPROTO_HOPOPTS"), (43, "IPPROTO_ROUTING"), (44, "IPPROTO_FRAGMENT"), (59, "IPPROTO_NONE"),
    (60, "IPPROTO_DSTOPTS"), (135, "IPPROTO_MH"),
    (3, "ggp"), (4, "ipencap"), (5, "st"), (9, "igp"), (20, "hmp"), (22, "xns-idp"), (27, "rdp"), (29, "iso-tp4"),
    (36, "xtp"), (37, "ddp"), (38, "idpr-cmtp"), (43, "ipv6-route"), (44, "ipv6-frag"), (45, "idrp"), (57, "skip"),
    (58, "ipv6-icmp"), (59, "ipv6-nonxt"), (60, "ipv6-opts"), (73, "rspf"), (81, "vmtp"), (88, "eigrp"), (89, "ospf"),
    (89, "ospfigp"), (93, "ax.25"), (97, "etherip"), (108, "ipcomp"), (112, "vrrp"), (112, "carp"), (124, "isis"),
    (133, "fc"), (135, "mobility-header"), (137, "mpls-in-ip"), (138, "manet"), (139, "hip"), (140, "shim6"),
    (141, "wesp"), (142, "rohc"),
  ]
}
