import Glibc

extension AddressLookupFlags: NamedFlags {
  /// Each flag with its C name; `AI_PASSIVE` as well, which ``Resolver`` sets by the role of an endpoint.
  public static let names: [(value: AddressLookupFlags, name: String)] = [
    (.passive, "AI_PASSIVE"), (.canonicalName, "AI_CANONNAME"), (.numericHost, "AI_NUMERICHOST"),
    (.mapped, "AI_V4MAPPED"), (.all, "AI_ALL"), (.addressConfigured, "AI_ADDRCONFIG"),
    // GNU, and so not in Swift's Glibc.
    (Self(rawValue: 0x40), "AI_IDN"), (Self(rawValue: 0x80), "AI_CANONIDN"), (.numericService, "AI_NUMERICSERV"),
  ]
}

extension NameLookupFlags: NamedFlags {
  /// Each flag with its C name.
  public static let names: [(value: NameLookupFlags, name: String)] = [
    (.numericHost, "NI_NUMERICHOST"), (.numericService, "NI_NUMERICSERV"), (.withoutDomain, "NI_NOFQDN"),
    (.nameRequired, "NI_NAMEREQD"), (.datagram, "NI_DGRAM"), (Self(rawValue: 32), "NI_IDN"),
  ]
}
