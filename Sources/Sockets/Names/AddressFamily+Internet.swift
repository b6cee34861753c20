extension AddressFamily {
  /// The family of a numeric address; nil for a name.
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

  /// The host to open a socket for, if this family is requested.
  ///
  /// An IPv4-mapped address (`::ffff:10.0.0.1`) becomes an IPv4 one, so that the options and errors of the socket are those
  /// of its packets, unless `AF_INET6` is requested.
  public func plain(_ host: String) -> String {
    self == .ipv6 ? host : IPv6Address(host)?.mappedIPv4?.description ?? host
  }

  /// The same for an address that a name resolved to.
  public func plain(_ address: SocketAddress) -> SocketAddress { self == .ipv6 ? address : address.unmapped }

  /// The largest payload of a UDP datagram or a raw packet: what a 16-bit length leaves after the headers; nil for other
  /// sockets.
  public func longestPayload(of type: SocketType) -> Int? {
    guard self == .ipv4 || self == .ipv6, type == .datagram || type == .raw else { return nil }
    // The payload length of IPv6 does not include its header.
    return 65_535 - (self == .ipv4 ? 20 : 0) - (type == .datagram ? 8 : 0)
  }
}
