import Glibc

/// A protocol family, the first argument of `socket(2)`: `AF_INET`, `AF_INET6`, `AF_UNIX` and the rest.
public struct AddressFamily: NamedConstant {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `AF_UNSPEC`: any family, in look-ups.
  public static let unspecified = Self(rawValue: AF_UNSPEC)
  /// `AF_UNIX`, also called `AF_LOCAL`: `unix(7)`.
  public static let unix = Self(rawValue: AF_UNIX)
  /// `AF_INET`: IPv4, `ip(7)`.
  public static let ipv4 = Self(rawValue: AF_INET)
  /// `AF_INET6`: IPv6, `ipv6(7)`.
  public static let ipv6 = Self(rawValue: AF_INET6)
  /// `AF_VSOCK`: between a virtual machine and its host, `vsock(7)`.
  public static let vsock = Self(rawValue: AF_VSOCK)

  // Numbers from linux/socket.h; glibc 2.36 lacks none of them, but newer kernels add more: those print as numbers.
  /// The values that have a name, with their C names.
  public static let names: [(value: CInt, name: String)] = [
    (0, "AF_UNSPEC"), (1, "AF_UNIX"), (2, "AF_INET"), (3, "AF_AX25"), (4, "AF_IPX"), (5, "AF_APPLETALK"),
    (6, "AF_NETROM"), (7, "AF_BRIDGE"), (8, "AF_ATMPVC"), (9, "AF_X25"), (10, "AF_INET6"), (11, "AF_ROSE"),
    (12, "AF_DECnet"), (13, "AF_NETBEUI"), (14, "AF_SECURITY"), (15, "AF_KEY"), (16, "AF_NETLINK"),
    (17, "AF_PACKET"), (18, "AF_ASH"), (19, "AF_ECONET"), (20, "AF_ATMSVC"), (21, "AF_RDS"), (22, "AF_SNA"),
    (23, "AF_IRDA"), (24, "AF_PPPOX"), (25, "AF_WANPIPE"), (26, "AF_LLC"), (27, "AF_IB"), (28, "AF_MPLS"),
    (29, "AF_CAN"), (30, "AF_TIPC"), (31, "AF_BLUETOOTH"), (32, "AF_IUCV"), (33, "AF_RXRPC"), (34, "AF_ISDN"),
    (35, "AF_PHONET"), (36, "AF_IEEE802154"), (37, "AF_CAIF"), (38, "AF_ALG"), (39, "AF_NFC"), (40, "AF_VSOCK"),
    (41, "AF_KCM"), (42, "AF_QIPCRTR"), (43, "AF_SMC"), (44, "AF_XDP"), (45, "AF_MCTP"),
  ]

  /// `AF_LOCAL`, `AF_FILE`, `AF_ROUTE`, and `PF_` before every name, which C defines as the same number.
  public static let aliases: [(value: CInt, name: String)] = {
    let others: [(value: CInt, name: String)] = [(1, "AF_LOCAL"), (1, "AF_FILE"), (16, "AF_ROUTE")]
    return others + (names + others).map { (value: $0.value, name: "P" + $0.name.dropFirst()) }
  }()
}

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

extension AddressFamily {
  /// The form of endpoints for such a socket: `HOST:PORT`, `vsock:CID:PORT`; nil if addresses have no text form.
  public func addressForm(_ type: SocketType, _ protocolNumber: TransportProtocol) -> String? {
    guard addressing == .internet else { return addressType?.form }
    let host = self == .ipv4 ? "HOST" : "[HOST]"
    guard let transport = Transport(family: self, type: type, protocolNumber: protocolNumber) else { return host }
    if transport.traits.contains(.protocolForPort) { return "\(transport):\(host):PROTOCOL" }
    return transport == .tcp ? "\(host):PORT" : "\(transport)://\(host):PORT"
  }

  /// The common name: `IPv4`, `IPv6`, or the C name.
  public var commonName: String { self == .ipv4 ? "IPv4" : self == .ipv6 ? "IPv6" : description }

  /// How addresses of the family are written.
  public var addressing: Transport.Addressing { self == .ipv4 || self == .ipv6 ? .internet : .family(self) }

  /// Whether its addresses can be written as endpoints; others are known as bytes only.
  public var hasEndpoints: Bool { addressing == .internet || addressType != nil }
}
