extension IPAddress {
  /// The address with this C name, in any case: `INADDR_LOOPBACK`, `in6addr_any`, `IN6ADDR_LOOPBACK_INIT`.
  public init?(constant text: String) {
    let name = text.uppercased()
    if name.hasPrefix("INADDR_"), let number = Constants.value(named: name) {
      self = .ipv4(IPv4Address(number: UInt32(truncatingIfNeeded: number)))
      return
    }
    switch name {
    case "IN6ADDR_ANY", "IN6ADDR_ANY_INIT": self = .ipv6(.any)
    case "IN6ADDR_LOOPBACK", "IN6ADDR_LOOPBACK_INIT": self = .ipv6(.loopback)
    default: return nil
    }
  }

  /// The host that is meant: the address of a C name, or the text itself.
  static func host(_ text: String) -> String { IPAddress(constant: text)?.description ?? text }
}
