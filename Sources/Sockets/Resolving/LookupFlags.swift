import Glibc

/// The flags of `getaddrinfo(3)`.
///
/// `AI_PASSIVE` is the role's, and not among them.
public struct AddressLookupFlags: OptionSet, Hashable, Sendable {
  /// The C number.
  public let rawValue: CInt
  /// Flags by their bits.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `AI_CANONNAME`: tell the host's own name.
  public static let canonicalName = Self(rawValue: AI_CANONNAME)
  /// `AI_NUMERICHOST`: the host is a number, nothing is looked up.
  public static let numericHost = Self(rawValue: AI_NUMERICHOST)
  /// `AI_NUMERICSERV`: the service is a number.
  public static let numericService = Self(rawValue: AI_NUMERICSERV)
  /// `AI_V4MAPPED`: IPv4 addresses in IPv6 form where there are no others.
  public static let mapped = Self(rawValue: AI_V4MAPPED)
  /// `AI_ALL`: with ``mapped``, both.
  public static let all = Self(rawValue: AI_ALL)
  /// `AI_ADDRCONFIG`: only families that this host has an address of, besides the loopback one.
  public static let addressConfigured = Self(rawValue: AI_ADDRCONFIG)
}

/// The flags of `getnameinfo(3)`.
public struct NameLookupFlags: OptionSet, Hashable, Sendable {
  /// The C number.
  public let rawValue: CInt
  /// Flags by their bits.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `NI_NUMERICHOST`: the host as a number.
  public static let numericHost = Self(rawValue: NI_NUMERICHOST)
  /// `NI_NUMERICSERV`: the port as a number.
  public static let numericService = Self(rawValue: NI_NUMERICSERV)
  /// `NI_NOFQDN`: the name without this host's own domain.
  public static let withoutDomain = Self(rawValue: NI_NOFQDN)
  /// `NI_NAMEREQD`: no name is an error.
  public static let nameRequired = Self(rawValue: NI_NAMEREQD)
  /// `NI_DGRAM`: the service's name for UDP, where it differs.
  public static let datagram = Self(rawValue: NI_DGRAM)
}
