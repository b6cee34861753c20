import Sockets

/// One line of `sock families`.
package struct FamilyReport: Sendable {
  /// The result of socket(2).
  package enum Status: Sendable, Hashable {
    case opens
    /// With the capability or sysctl that would allow it, if known.
    case needsPrivilege(ErrorNumber, Advice?)
    case notSupported(ErrorNumber)
  }
  /// The family, such as `AF_INET`.
  package var family: AddressFamily
  /// The type, such as `SOCK_STREAM`.
  package var type: SocketType
  /// The protocol, such as `IPPROTO_TCP`; 0 for the default.
  package var protocolNumber: TransportProtocol
  /// Whether such a socket can be opened.
  package var status: Status
  /// The form of its addresses in endpoints; nil if they have none.
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
