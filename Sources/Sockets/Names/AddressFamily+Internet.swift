extension AddressFamily {
  /// The family of an address that is written in numbers; nil for a name.
  public init?(ofNumericHost host: String) {
    let text = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    if IPv4Address(text) != nil {
      self = .ipv4
    } else if IPv6Address(String(text.prefix { $0 != "%" })) != nil {
      self = .ipv6
    } else {
      return nil
    }
  }

  /// A host as sockets reach it where this family is asked for: IPv4 that is written within IPv6 (`::ffff:10.0.0.1`) is a
  /// host of IPv4, and gets a socket of it, whose options and errors are those of its packets; not where `AF_INET6` is.
  public func plain(_ host: String) -> String {
    self == .ipv6 ? host : IPv6Address(host)?.mappedIPv4?.description ?? host
  }

  /// The same for an address that a name stands for.
  public func plain(_ address: SocketAddress) -> SocketAddress { self == .ipv6 ? address : address.unmapped }

  /// The most bytes that one datagram of UDP, or one packet of a raw socket, carries: what 16 bits of length leave behind
  /// the headers; nil for other sockets.
  public func longestPayload(of type: SocketType) -> Int? {
    guard self == .ipv4 || self == .ipv6, type == .datagram || type == .raw else { return nil }
    // The length in the header of IPv6 does not count that header.
    return 65_535 - (self == .ipv4 ? 20 : 0) - (type == .datagram ? 8 : 0)
  }
}
