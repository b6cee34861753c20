import Sockets

/// One line of `sock resolve`.
package struct ResolvedName: Sendable {
  /// The address, with the service's port.
  package var address: SocketAddress
  /// The canonical name, or the name found by a reverse lookup.
  package var name: String?
  /// The service's name, for a reverse lookup with a port.
  package var service: String?

  /// A line from its parts.
  package init(address: SocketAddress, name: String? = nil, service: String? = nil) {
    self.address = address
    self.name = name
    self.service = service
  }
}
