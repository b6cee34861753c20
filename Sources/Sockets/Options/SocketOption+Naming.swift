extension SocketOption {
  /// The option with this name, with or without its prefix (`SO_`, `TCP_` …), in any case: `SO_RCVBUF`, `nodelay`.
  ///
  /// If several levels have an unprefixed name, the first in ``catalogue`` wins: `ttl` is `IP_TTL`,
  /// `cork` is `TCP_CORK`, `mtu` is `IP_MTU`.
  ///
  /// - Parameter level: the only level to look in; nil for all of them.
  public static func named(_ text: String, level: OptionLevel? = nil) -> SocketOption? {
    rows(named: text).first { level == nil || $0.level == level }
  }

  /// The options with this name, those of the family's own level first: `MCAST_JOIN_GROUP` exists for IPv4 and for IPv6,
  /// and a socket of IPv6 has both.
  public static func named(_ text: String, family: AddressFamily) -> [SocketOption] {
    let all = rows(named: text)
    let level: OptionLevel = family == .ipv6 ? .ipv6 : .ip
    return all.filter { $0.level == level } + all.filter { $0.level != level }
  }

  /// The options with this name: `MCAST_JOIN_GROUP` exists for IPv4 and for IPv6.
  static func rows(named text: String) -> [SocketOption] {
    let wanted = text.uppercased()
    let name = synonyms[wanted] ?? wanted
    let whole = catalogue.filter { $0.name == name }
    return whole.isEmpty ? catalogue.first { $0.unprefixedName == name[...] }.map { [$0] } ?? [] : whole
  }

  /// Aliases from the C headers.
  private static let synonyms = [
    "IPV6_ADD_MEMBERSHIP": "IPV6_JOIN_GROUP", "IPV6_DROP_MEMBERSHIP": "IPV6_LEAVE_GROUP",
    "SCTP_DELAYED_ACK": "SCTP_DELAYED_SACK", "SCTP_DELAYED_ACK_TIME": "SCTP_DELAYED_SACK",
    "SCTP_EXPOSE_PF_STATE": "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE", "SO_GET_FILTER": "SO_ATTACH_FILTER",
    "SO_DETACH_BPF": "SO_DETACH_FILTER", "IP_RECVRETOPTS": "IP_RETOPTS", "IP_ORIGDSTADDR": "IP_RECVORIGDSTADDR",
    "IPV6_ORIGDSTADDR": "IPV6_RECVORIGDSTADDR", "ICMP6_FILTER": "ICMPV6_FILTER", "SCM_TIMESTAMP": "SO_TIMESTAMP",
    "SCM_TIMESTAMPNS": "SO_TIMESTAMPNS", "SCM_TIMESTAMPING": "SO_TIMESTAMPING", "SO_TIMESTAMP_OLD": "SO_TIMESTAMP",
    "SO_TIMESTAMPNS_OLD": "SO_TIMESTAMPNS", "SO_TIMESTAMPING_OLD": "SO_TIMESTAMPING", "SO_RCVTIMEO_OLD": "SO_RCVTIMEO",
    "SO_SNDTIMEO_OLD": "SO_SNDTIMEO", "SCM_TXTIME": "SO_TXTIME", "SCM_WIFI_STATUS": "SO_WIFI_STATUS",
    "IPV6_RXHOPOPTS": "IPV6_HOPOPTS", "IPV6_RXDSTOPTS": "IPV6_DSTOPTS", "TCP_CM_INQ": "TCP_INQ",
  ]

  /// The C name after its first underscore: `RCVBUF`.
  private var unprefixedName: Substring { name.drop { $0 != "_" }.dropFirst() }

  /// Suggestions for a mistyped name, nearest first: three at most.
  public static func nearestNames(to text: String) -> [String] {
    let candidates = catalogue.map {
      NearestName.Candidate(name: $0.name, spellings: [$0.name, String($0.unprefixedName)])
    }
    let ranked = NearestName.ranked(text, among: candidates)
    // Next to a near name, distant ones are noise.
    let near = ranked.prefix { $0.distance <= ranked[0].distance + 1 }.map(\.name)
    // A name that two levels have is listed twice.
    return near.enumerated().filter { !near[..<$0.offset].contains($0.element) }.prefix(3).map(\.element)
  }
}
