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

  /// The most bytes that one UDP datagram carries: what 16 bits of length leave behind the headers; nil where there is no
  /// UDP.
  public var longestUDPPayload: Int? { self == .ipv4 ? 65_507 : self == .ipv6 ? 65_527 : nil }
}
