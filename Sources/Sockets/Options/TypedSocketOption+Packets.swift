import Glibc

// What is written into the headers of packets, and by which interface they go.

extension TypedSocketOption where Value == Int {
  private static func number(_ name: String, _ level: OptionLevel, _ number: CInt) -> Self {
    Self(
      name: name, level: level, number: number, capacity: 4, encode: { .storing(CInt(clamping: $0)) },
      decode: { $0.count >= 4 ? Int($0.load(CInt.self)) : nil })
  }

  /// `IP_MULTICAST_TTL` or `IPV6_MULTICAST_HOPS`: how many hops a packet to a group may make; 0 stays on this host.
  public static func multicastHopLimit(_ family: AddressFamily) -> Self {
    family == .ipv6
      ? number("IPV6_MULTICAST_HOPS", .ipv6, IPV6_MULTICAST_HOPS)
      : number("IP_MULTICAST_TTL", .ip, IP_MULTICAST_TTL)
  }

  /// `IP_TOS` or `IPV6_TCLASS`: the byte of DSCP and ECN.
  public static func trafficClass(_ family: AddressFamily) -> Self {
    family == .ipv6 ? number("IPV6_TCLASS", .ipv6, IPV6_TCLASS) : number("IP_TOS", .ip, IP_TOS)
  }

  /// `SO_BINDTOIFINDEX`: the index of the only interface that the socket sends and receives by; 0 for all.
  public static var boundInterface: Self { number("SO_BINDTOIFINDEX", .socket, 62) }
}

extension TypedSocketOption where Value == Bool {
  /// `IP_MULTICAST_ALL` or `IPV6_MULTICAST_ALL`: receive the groups that others on this host have joined, too.
  public static func receiveAllGroups(_ family: AddressFamily) -> Self {
    let (name, level, number): (String, OptionLevel, CInt) =
      family == .ipv6 ? ("IPV6_MULTICAST_ALL", .ipv6, 29) : ("IP_MULTICAST_ALL", .ip, 49)
    return Self(
      name: name, level: level, number: number, capacity: 4, encode: { .storing(CInt($0 ? 1 : 0)) },
      decode: { $0.count >= 4 ? $0.load(CInt.self) != 0 : nil })
  }
}
