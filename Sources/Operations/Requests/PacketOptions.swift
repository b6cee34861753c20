import Sockets

/// What the user chose about packets: their headers, the interface they go by, the groups they are received from.
package struct PacketOptions: Sendable, Equatable {
  /// `--ttl`: how many hops packets may make, to hosts and to groups; nil for the kernel's choice.
  package var hopLimit: Int?
  /// `--tos`: the byte of DSCP and ECN; nil for the kernel's choice.
  package var trafficClass: Int?
  /// `--interface`: the index of the only one that the socket sends and receives by.
  package var interface: UInt32?
  /// `--broadcast`: datagrams may go to broadcast addresses.
  package var broadcast = false
  /// `--from`: from which address of ours, by which interface, each datagram goes; nil for the kernel's choice.
  package var origin: PacketOrigin?
  /// `--group`: the multicast groups that a receiver joins.
  package var groups: [GroupMembership] = []

  /// The kernel's choices.
  package init() {}
}

extension PacketOptions {
  /// Puts all but the groups and the origin on a socket of the internet.
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
      // Several may receive a group on one host, as they all get every datagram of it.
      try socket.set(.reuseAddress, to: true)
      // Other groups are none of ours, whoever else has joined them. Before Linux 4.20 IPv6 has no such option.
      try? socket.set(.receiveAllGroups(family), to: false)
    }
  }

  /// Joins those groups that are of the socket's family.
  func join(_ socket: borrowing Socket) throws(SystemError) {
    let family = socket.family
    for membership in groups where membership.group.family == family { try socket.join(membership) }
  }
}
