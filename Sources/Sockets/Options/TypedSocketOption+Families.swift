import CSocketShims
import Glibc

// Options that both IP families have, under different numbers.

extension TypedSocketOption where Value == Bool {
  private static func flag(_ name: String, _ level: OptionLevel, _ number: CInt) -> Self {
    Self(
      name: name, level: level, number: number, capacity: 4, encode: { .storing(CInt($0 ? 1 : 0)) },
      decode: { $0.count >= 4 ? $0.load(CInt.self) != 0 : nil })
  }

  /// `IP_RECVERR` or `IPV6_RECVERR`: queue detailed errors.
  public static func receiveErrors(_ family: AddressFamily) -> Self {
    family == .ipv6 ? receiveErrorsIPv6 : receiveErrorsIPv4
  }

  /// `IP_RECVTTL` or `IPV6_RECVHOPLIMIT`: receive the remaining hops of each datagram.
  public static func receiveHopLimit(_ family: AddressFamily) -> Self {
    family == .ipv6
      ? flag("IPV6_RECVHOPLIMIT", .ipv6, IPV6_RECVHOPLIMIT) : flag("IP_RECVTTL", .ip, IP_RECVTTL)
  }

  /// `SO_TIMESTAMPNS`: receive the time of arrival of each datagram.
  public static var receiveTimestamps: Self { flag("SO_TIMESTAMPNS", .socket, SO_TIMESTAMPNS) }
}

extension TypedSocketOption where Value == Int {
  /// `IP_TTL` or `IPV6_UNICAST_HOPS`: the hop limit of packets, 1 to 255.
  public static func hopLimit(_ family: AddressFamily) -> Self {
    let (name, level, number) =
      family == .ipv6
      ? ("IPV6_UNICAST_HOPS", OptionLevel.ipv6, IPV6_UNICAST_HOPS) : ("IP_TTL", OptionLevel.ip, IP_TTL)
    return Self(
      name: name, level: level, number: number, capacity: 4, encode: { .storing(CInt(clamping: $0)) },
      decode: { $0.count >= 4 ? Int($0.load(CInt.self)) : nil })
  }
}
