import Sockets

/// One line of `sock resolve`.
package struct ResolvedName: Sendable {
  /// The address, with the port of the service.
  package var address: SocketAddress
  /// The host's own name, where the look-up was a reverse one or asked for it.
  package var name: String?
  /// The service's name, in reverse look-ups with a port.
  package var service: String?

  /// A line from its parts.
  package init(address: SocketAddress, name: String? = nil, service: String? = nil) {
    self.address = address
    self.name = name
    self.service = service
  }
}
