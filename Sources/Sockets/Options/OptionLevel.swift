/// The second argument of `getsockopt(2)`: the protocol layer of an option.
///
/// The level of a protocol is its number, so `IPPROTO_TCP` and `SOL_TCP` are the same; both names are accepted.
public struct OptionLevel: NamedConstant {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `SOL_SOCKET`: options of every socket, `socket(7)`.
  public static let socket = Self(rawValue: 1)
  /// `IPPROTO_IP`: `ip(7)`.
  public static let ip = Self(rawValue: 0)
  /// `IPPROTO_IPV6`: `ipv6(7)`.
  public static let ipv6 = Self(rawValue: 41)
  /// `IPPROTO_TCP`: `tcp(7)`.
  public static let tcp = Self(rawValue: 6)
  /// `SOL_UDP`: `udp(7)`.
  public static let udp = Self(rawValue: 17)
  /// `SOL_UDPLITE`: `udplite(7)`.
  public static let udpLite = Self(rawValue: 136)

  /// `SOL_ICMPV6`: `icmpv6` of raw sockets, RFC 3542.
  public static let icmpv6 = Self(rawValue: 58)
  /// `SOL_SCTP`: `sctp(7)`, RFC 6458.
  public static let sctp = Self(rawValue: 132)
  /// `SOL_RAW`: `raw(7)`.
  public static let raw = Self(rawValue: 255)
  /// `SOL_PACKET`: `packet(7)`.
  public static let packet = Self(rawValue: 263)
  /// `SOL_CAN_RAW`: raw frames of `AF_CAN`.
  public static let can = Self(rawValue: 101)
  /// `SOL_ALG`: `AF_ALG`.
  public static let algorithm = Self(rawValue: 279)
  /// `SOL_DCCP`.
  public static let dccp = Self(rawValue: 269)
  /// `SOL_NETLINK`: `netlink(7)`.
  public static let netlink = Self(rawValue: 270)
  /// `SOL_TIPC`.
  public static let tipc = Self(rawValue: 271)
  /// `SOL_TLS`: kernel TLS.
  public static let tls = Self(rawValue: 282)
  /// `SOL_MPTCP`.
  public static let mptcp = Self(rawValue: 284)
  /// `AF_VSOCK`, whose options have the number of the family as their level: `vsock(7)`.
  public static let vsock = Self(rawValue: 40)

  /// The levels of linux/socket.h and netinet/in.h.
  ///
  /// If two names share a number, the first is printed.
  public static let names: [(value: CInt, name: String)] = [
    (1, "SOL_SOCKET"), (0, "IPPROTO_IP"), (0, "SOL_IP"), (6, "IPPROTO_TCP"), (6, "SOL_TCP"), (41, "IPPROTO_IPV6"),
    (41, "SOL_IPV6"), (17, "SOL_UDP"), (17, "IPPROTO_UDP"), (136, "SOL_UDPLITE"), (136, "IPPROTO_UDPLITE"),
    (101, "SOL_CAN_RAW"), (58, "SOL_ICMPV6"), (58, "IPPROTO_ICMPV6"), (132, "SOL_SCTP"), (132, "IPPROTO_SCTP"),
    (255, "SOL_RAW"),
    (263, "SOL_PACKET"), (269, "SOL_DCCP"), (270, "SOL_NETLINK"), (271, "SOL_TIPC"), (279, "SOL_ALG"),
    (282, "SOL_TLS"), (283, "SOL_XDP"), (284, "SOL_MPTCP"), (287, "SOL_VSOCK"), (40, "AF_VSOCK"),
  ]
}
