import Sockets

/// One line of `sock families`.
package struct FamilyReport: Sendable {
  /// What socket(2) said.
  package enum Status: Sendable, Hashable {
    case opens
    /// With the capability or the sysctl that would allow it, if that is known.
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
