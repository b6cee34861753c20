extension SocketAddress {
  /// Whether sockets with these two addresses are in each other's way: one name or path, or one port and one host, where
  /// the wildcard is every host.
  package func conflicts(with other: SocketAddress) -> Bool {
    if family == .unix || other.family == .unix { return contents == other.contents }
    guard port == other.port, let own = IPAddress(self)?.withoutMapping, let host = IPAddress(other)?.withoutMapping
    else { return false }
    return own == host || own.includes(host) || host.includes(own)
  }
}

extension IPAddress {
  /// Whether it is the wildcard for another host: `::` is every host of IPv4, too, unless the socket is for IPv6 alone.
  fileprivate func includes(_ other: IPAddress) -> Bool {
    switch self {
    case .ipv4(.any): if case .ipv4 = other { true } else { false }
    case .ipv6(.any): true
    default: false
    }
  }
}
