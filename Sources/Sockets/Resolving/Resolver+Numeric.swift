import Glibc

extension Resolver {
  /// The address for a numeric host and port; nil if either is a name, or the host belongs to another family.
  ///
  /// Calls `inet_pton(3)`, and for a scope `if_nametoindex(3)`. This avoids the C library's resolver, which opens half
  /// a dozen files first.
  static func numericAddress(host: String?, service: String?, family: AddressFamily) -> SocketAddress? {
    guard let host, let port = service.map(port(of:)) ?? 0 else { return nil }
    if let address = IPv4Address(host) {
      return family == .ipv6 ? nil : .ipv4(address, port: port)
    }
    guard family != .ipv4 else { return nil }
    let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let address = IPv6Address(parts[0]) else { return nil }
    guard parts.count == 2 else { return .ipv6(address, port: port) }
    guard let scope = NetworkInterface.index(of: parts[1]) ?? UInt32(parts[1]) else { return nil }
    return .ipv6(address, port: port, scope: scope)
  }

  /// A port in decimal digits.
  private static func port(of service: String) -> UInt16? {
    service.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? UInt16(service) : nil
  }
}
