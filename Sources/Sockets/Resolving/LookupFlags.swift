import Glibc

/// The flags of `getaddrinfo(3)`.
///
/// `AI_PASSIVE` is not among them: the role of the endpoint decides it.
public struct AddressLookupFlags: OptionSet, Hashable, Sendable {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `AI_CANONNAME`: return the canonical name of the host.
  public static let canonicalName = Self(rawValue: AI_CANONNAME)
  /// `AI_NUMERICHOST`: the host is a numeric address; do not look it up.
  public static let numericHost = Self(rawValue: AI_NUMERICHOST)
  /// `AI_NUMERICSERV`: the service is a port number; do not look it up.
  public static let numericService = Self(rawValue: AI_NUMERICSERV)
  /// `AI_V4MAPPED`: return IPv4-mapped IPv6 addresses if there are no IPv6 addresses.
  public static let mapped = Self(rawValue: AI_V4MAPPED)
  /// `AI_ALL`: with ``mapped``, return both.
  public static let all = Self(rawValue: AI_ALL)
  /// `AI_ADDRCONFIG`: only families for which this host has an address other than the loopback address.
  public static let addressConfigured = Self(rawValue: AI_ADDRCONFIG)
}

/// The flags of `getnameinfo(3)`.
public struct NameLookupFlags: OptionSet, Hashable, Sendable {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `NI_NUMERICHOST`: return the host as a numeric address.
  public static let numericHost = Self(rawValue: NI_NUMERICHOST)
  /// `NI_NUMERICSERV`: return the port as a number.
  public static let numericService = Self(rawValue: NI_NUMERICSERV)
  /// `NI_NOFQDN`: omit this host's own domain from the name.
  public static let withoutDomain = Self(rawValue: NI_NOFQDN)
  /// `NI_NAMEREQD`: fail if the host has no name.
  public static let nameRequired = Self(rawValue: NI_NAMEREQD)
  /// `NI_DGRAM`: the service is UDP's, whose name may differ from TCP's.
  public static let datagram = Self(rawValue: NI_DGRAM)
}
