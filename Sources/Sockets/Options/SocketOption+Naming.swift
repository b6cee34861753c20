extension SocketOption {
  /// The option of this name, with or without its prefix (`SO_`, `TCP_` …), in any case: `SO_RCVBUF`, `nodelay`.
  ///
  /// Where several levels have an unprefixed name, the first in ``catalogue`` is meant: `ttl` is `IP_TTL`,
  /// `cork` is `TCP_CORK`, `mtu` is `IP_MTU`.
  ///
  /// - Parameter level: the only level to look in; nil for all of them.
  public static func named(_ text: String, level: OptionLevel? = nil) -> SocketOption? {
    rows(named: text).first { level == nil || $0.level == level }
  }

  /// The options of this name: `MCAST_JOIN_GROUP` is one of IPv4, and one of IPv6.
  static func rows(named text: String) -> [SocketOption] {
    let wanted = text.uppercased()
    let name = synonyms[wanted] ?? wanted
    let whole = catalogue.filter { $0.name == name }
    return whole.isEmpty ? catalogue.first { $0.unprefixedName == name[...] }.map { [$0] } ?? [] : whole
  }

  /// Second names of the C headers.
  private static let synonyms = [
    "IPV6_ADD_MEMBERSHIP": "IPV6_JOIN_GROUP", "IPV6_DROP_MEMBERSHIP": "IPV6_LEAVE_GROUP",
    "SCTP_DELAYED_ACK": "SCTP_DELAYED_SACK", "SCTP_DELAYED_ACK_TIME": "SCTP_DELAYED_SACK",
    "SCTP_EXPOSE_PF_STATE": "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE", "SO_GET_FILTER": "SO_ATTACH_FILTER",
    "SO_DETACH_BPF": "SO_DETACH_FILTER", "IP_RECVRETOPTS": "IP_RETOPTS", "IP_ORIGDSTADDR": "IP_RECVORIGDSTADDR",
    "IPV6_ORIGDSTADDR": "IPV6_RECVORIGDSTADDR",
  ]

  /// The C name behind its first underscore: `RCVBUF`.
  private var unprefixedName: Substring { name.drop { $0 != "_" }.dropFirst() }

  /// The names that a mistyped one may have meant, nearest first: three at most, none where all are far off.
  public static func nearestNames(to text: String) -> [String] {
    let candidates = catalogue.map {
      NearestName.Candidate(name: $0.name, spellings: [$0.name, String($0.unprefixedName)])
    }
    let ranked = NearestName.ranked(text, among: candidates)
    // Beside a near name, far ones are noise.
    let near = ranked.prefix { $0.distance <= ranked[0].distance + 1 }.map(\.name)
    // A name of two levels stands in the catalogue twice.
    return near.enumerated().filter { !near[..<$0.offset].contains($0.element) }.prefix(3).map(\.element)
  }
}
