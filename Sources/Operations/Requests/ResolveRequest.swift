import Sockets

/// `sock resolve`: a name's addresses, or an address's name.
package struct ResolveRequest: Sendable {
  /// A name or an address.
  package var name: String
  /// A service's name or a port; nil for none.
  package var service: String?
  /// What flags chose.
  package var transport: Transport
  /// `AF_INET`, `AF_INET6`, or unspecified for both.
  package var family: AddressFamily
  /// `--legacy`: gethostbyname(3) and gethostbyaddr(3).
  package var legacy = false

  /// A request with the defaults for the rest.
  package init(name: String, service: String?, transport: Transport, family: AddressFamily) {
    self.name = name
    self.service = service
    self.transport = transport
    self.family = family
  }
}
