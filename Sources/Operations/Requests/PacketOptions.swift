import Sockets

/// Options of IP packets: header fields, the interface, multicast groups.
package struct PacketOptions: Sendable, Equatable {
  /// `--ttl`: the hop limit, unicast and multicast; nil for the kernel's default.
  package var hopLimit: Int?
  /// `--tos`: the byte of DSCP and ECN; nil for the kernel's default.
  package var trafficClass: Int?
  /// `--interface`: the index of the interface that the socket is bound to; nil for none.
  package var interface: UInt32?
  /// `--broadcast`: allow datagrams to broadcast addresses.
  package var broadcast = false
  /// `--from`: the source address and interface of each datagram; nil leaves both to the kernel.
  package var origin: PacketOrigin?
  /// `--group`: the multicast groups to join.
  package var groups: [GroupMembership] = []

  /// The defaults of the kernel.
  package init() {}
}

extension PacketOptions {
  /// Sets everything but the groups and the source address on an IPv4 or IPv6 socket.
  func apply(to socket: borrowing Socket, isDatagram: Bool) throws(SystemError) {
    let family = socket.family
    if let interface { try socket.set(.boundInterface, to: Int(interface)) }
    if let hopLimit {
      try socket.set(.hopLimit(family), to: hopLimit)
      if isDatagram { try socket.set(.multicastHopLimit(family), to: hopLimit) }
    }
    if let trafficClass { try socket.set(.trafficClass(family), to: trafficClass) }
    if broadcast, isDatagram { try socket.set(.broadcast, to: true) }
    if !groups.isEmpty {
      // Several processes may receive a group on the same port; each gets every datagram.
      try socket.set(.reuseAddress, to: true)
      // Receive no groups that only other sockets of this host have joined. IPv6 has the option since Linux 4.20.
      try? socket.set(.receiveAllGroups(family), to: false)
    }
  }

  /// Joins the groups of the socket's family.
  func join(_ socket: borrowing Socket) throws(SystemError) {
    let family = socket.family
    for membership in groups where membership.group.family == family { try socket.join(membership) }
  }
}
