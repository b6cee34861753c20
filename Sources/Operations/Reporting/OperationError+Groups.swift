import Sockets

extension OperationError {
  /// The same error, with advice if a multicast group has no route and no interface was chosen.
  ///
  /// - Parameters:
  ///   - interface: the one that the user chose; nil for none.
  ///   - isStream: whether a connection was asked for, which no group takes.
  func advised(onGroup peer: SocketAddress, interface: UInt32?, isStream: Bool = false) -> OperationError {
    guard errorNumber == .networkUnreachable, peer.isMulticast else { return self }
    var error = self
    if isStream {
      error.message += ": a multicast group takes datagrams only"
    } else if let interface = interface ?? peer.scope {
      error.message += ": interface \(NetworkInterface.name(of: interface) ?? "\(interface)") has no route to the group"
    } else {
      error.advice = [.chooseInterface]
    }
    return error
  }

  /// The error of a group that could not be joined.
  init(joining membership: GroupMembership, _ error: SystemError) {
    self.init(error, while: .binding)
    if error.number == .noDevice, membership.interface == 0 { advice = [.joinOnInterface(membership.group)] }
  }
}

extension SocketAddress {
  /// The interface that the address names; nil if it names none.
  fileprivate var scope: UInt32? {
    if case .ipv6(_, _, let scope) = contents, scope != 0 { scope } else { nil }
  }
}
