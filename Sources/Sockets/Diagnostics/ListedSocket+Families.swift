extension ListedSocket {
  /// Decodes a `struct unix_diag_msg` and its attributes: linux/unix_diag.h.
  init?(unix bytes: [UInt8]) {
    guard bytes.count >= 16 else { return nil }
    let kind: ListedKind =
      switch bytes[1] {
      case 2: .unixDatagram
      case 5: .unixSequencedPacket
      default: .unix
      }
    let attributes = NetlinkAttributes(bytes, from: 16)
    self.init(
      kind: kind, state: kind.state(bytes[2]), local: SocketAddress(family: .unix, attributes[0] ?? []),
      inode: bytes.load(UInt32.self, at: 4), cookie: bytes.load(UInt64.self, at: 8))
    peerInode = attributes.number(2, UInt32.self)
    receiveQueue = attributes.number(4, UInt32.self).map { Int($0) }
    sendQueue = attributes[4].flatMap { $0.count >= 8 ? Int($0.load(UInt32.self, at: 4)) : nil }
    memory = attributes[5].flatMap { Memory($0) }
    if let shutdown = attributes.number(6, UInt8.self), shutdown != 0 { options.append(("shutdown", Int(shutdown))) }
    user = attributes.number(7, UInt32.self)
  }

  /// Decodes a `struct netlink_diag_msg` and its attributes: linux/netlink_diag.h.
  init?(netlink bytes: [UInt8]) {
    guard bytes.count >= 28 else { return nil }
    let attributes = NetlinkAttributes(bytes, from: 28)
    let address = { (port: UInt32, groups: UInt32) in
      NetlinkAddress(netlinkProtocol: CInt(bytes[2]), groups: groups, port: port)
    }
    let groups = attributes.number(1, UInt32.self) ?? 0
    self.init(
      kind: .netlink, state: ListedKind.netlink.state(bytes[3] == 0 ? 7 : bytes[3]),
      local: address(bytes.load(UInt32.self, at: 4), groups).socketAddress(), inode: bytes.load(UInt32.self, at: 16),
      cookie: bytes.load(UInt64.self, at: 20))
    netlinkProtocol = CInt(bytes[2])
    memory = attributes[0].flatMap { Memory($0) }
    receiveQueue = memory?.receiveUsed
    sendQueue = memory?.sendUsed
  }

  /// Decodes a `struct packet_diag_msg` and its attributes: linux/packet_diag.h.
  init?(packet bytes: [UInt8]) {
    guard bytes.count >= 16 else { return nil }
    let attributes = NetlinkAttributes(bytes, from: 16)
    let interface = attributes.number(0, UInt32.self) ?? 0
    let number = bytes.load(UInt16.self, at: 2)
    // A sockaddr_ll: the protocol in network byte order, the interface, and no hardware address.
    let address = SocketAddress(
      family: AddressFamily(rawValue: 17),
      .storing(number.bigEndian) + .storing(interface) + [UInt8](repeating: 0, count: 12))
    self.init(
      kind: .packet, state: "unconnected", local: address, inode: bytes.load(UInt32.self, at: 4),
      cookie: bytes.load(UInt64.self, at: 8))
    self.interface = interface
    user = attributes.number(5, UInt32.self)
    memory = attributes[6].flatMap { Memory($0) }
    receiveQueue = memory?.receiveUsed
    sendQueue = memory?.sendUsed
  }

  /// Decodes a `struct vsock_diag_msg`: linux/vm_sockets_diag.h.
  init?(vsock bytes: [UInt8]) {
    guard bytes.count >= 32 else { return nil }
    let address = { (offset: Int) in
      VsockAddress(
        contextID: bytes.load(UInt32.self, at: offset), port: bytes.load(UInt32.self, at: offset + 4)
      ).socketAddress()
    }
    self.init(
      kind: .vsock, state: ListedKind.vsock.state(bytes[2]), local: address(4), inode: bytes.load(UInt32.self, at: 20),
      cookie: bytes.load(UInt64.self, at: 24))
    if state == "established" { peer = address(12) }
  }
}
