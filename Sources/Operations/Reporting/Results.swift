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

/// One line of `sock opts`.
package struct OptionReport: Sendable {
  /// Which option.
  package var option: SocketOption
  /// What a fresh socket of the type has; nil where it has no such option or does not let it be read.
  package var fresh: SocketOptionValue?
  /// What was asked for, and what the kernel made of it: `NAME=VALUE`.
  package var asked: SocketOptionValue?
  /// What the kernel made of it, read back.
  package var got: SocketOptionValue?
  /// Why there is no value.
  package var errorNumber: ErrorNumber?

  /// A line on an option, without values yet.
  package init(option: SocketOption) { self.option = option }
}

/// One line of `sock families`.
package struct FamilyReport: Sendable {
  /// What socket(2) said.
  package enum Status: Sendable, Hashable {
    case opens
    /// With the capability or the sysctl that would allow it, where that is known.
    case needsPrivilege(ErrorNumber, Advice?)
    case notSupported(ErrorNumber)
  }
  /// `AF_INET` and the rest.
  package var family: AddressFamily
  /// `SOCK_STREAM` and the rest.
  package var type: SocketType
  /// `IPPROTO_TCP` and the rest; 0 for the usual one.
  package var protocolNumber: TransportProtocol
  /// Whether such a socket opens.
  package var status: Status
  /// The endpoints that name its addresses; nil where there are none.
  package var addressForm: String? { family.addressForm(type, protocolNumber) }

  /// A line from its parts.
  package init(
    family: AddressFamily, type: SocketType, protocolNumber: TransportProtocol, status: Status
  ) {
    self.family = family
    self.type = type
    self.protocolNumber = protocolNumber
    self.status = status
  }
}
