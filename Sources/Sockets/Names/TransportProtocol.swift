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
    (103, "IPPROTO_PIM"), (108, "IPPROTO_COMP"), (132, "IPPROTO_SCTP"), (136, "IPPROTO_UDPLITE"),
    (137, "IPPROTO_MPLS"), (143, "IPPROTO_ETHERNET"), (255, "IPPROTO_RAW"), (262, "IPPROTO_MPTCP"),
  ]
}

extension TransportProtocol {
  /// The protocol with this name, in any case: the C name, with or without its prefix, or one of protocols(5).
  ///
  /// A number stands for itself.
  public init?(listed text: String) {
    let known = TransportProtocol(named: text) ?? Self.listed[text.lowercased()].map { TransportProtocol(rawValue: $0) }
    guard let known else { return nil }
    self = known
  }

  /// Names of protocols(5) that no C constant has, as a table: parsing an endpoint opens no file.
  private static let listed: [String: CInt] = [
    "ggp": 3, "ipencap": 4, "st": 5, "igp": 9, "hmp": 20, "xns-idp": 22, "rdp": 27, "iso-tp4": 29, "xtp": 36, "ddp": 37,
    "idpr-cmtp": 38, "ipv6-route": 43, "ipv6-frag": 44, "idrp": 45, "skip": 57, "ipv6-icmp": 58, "ipv6-nonxt": 59,
    "ipv6-opts": 60, "rspf": 73, "vmtp": 81, "eigrp": 88, "ospf": 89, "ospfigp": 89, "ax.25": 93, "etherip": 97,
    "ipcomp": 108, "vrrp": 112, "carp": 112, "l2tp": 115, "isis": 124, "fc": 133, "mobility-header": 135,
    "mpls-in-ip": 137, "manet": 138, "hip": 139, "shim6": 140, "wesp": 141, "rohc": 142,
  ]
}
