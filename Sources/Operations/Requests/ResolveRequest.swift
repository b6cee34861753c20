import Sockets

/// `sock resolve`: look up the addresses of a name, or the name of an address.
package struct ResolveRequest: Sendable {
  /// A name or an address.
  package var name: String
  /// A service's name or a port; nil for none.
  package var service: String?
  /// The transport, since the resolver returns addresses for one transport.
  package var transport: Transport
  /// `AF_INET`, `AF_INET6`, or unspecified for both.
  package var family: AddressFamily
  /// `--legacy`: gethostbyname(3) and gethostbyaddr(3).
  package var legacy = false
  /// `--deadline`: the time limit of the whole run.
  package var deadline: Duration?

  /// A request with defaults for the rest.
  package init(name: String, service: String?, transport: Transport, family: AddressFamily) {
    self.name = name
    self.service = service
    self.transport = transport
    self.family = family
  }
}
