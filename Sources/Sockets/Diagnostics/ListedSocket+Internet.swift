extension ListedSocket {
  /// Decodes a `struct inet_diag_msg` and its attributes: linux/inet_diag.h.
  init?(internet bytes: [UInt8], kind: ListedKind) {
    guard bytes.count >= 72 else { return nil }
    let family = AddressFamily(rawValue: CInt(bytes[0]))
    guard family == .ipv4 || family == .ipv6 else { return nil }
    let interface = bytes.load(UInt32.self, at: 40)
    let address = { (port: Int, host: Int) in
      Self.address(family, Array(bytes[port..<(port + 2)]), Array(bytes[host..<(host + 16)]), interface)
    }
    let hasPeer = bytes[6] != 0 || bytes[7] != 0 || bytes[24..<40].contains { $0 != 0 }
    let attributes = NetlinkAttributes(bytes, from: 72)
    let isAssociation = kind == .sctp && hasPeer
    // INET_DIAG_PEERS: a connected socket of SCTP is listed twice, with its own state and with that of its association.
    if isAssociation, attributes[13] == nil { return nil }
    self.init(
      kind: kind, state: isAssociation ? ListedKind.associationState(bytes[1]) : kind.state(bytes[1]),
      local: address(4, 8), inode: bytes.load(UInt32.self, at: 68), cookie: bytes.load(UInt64.self, at: 44))
    if hasPeer { peer = address(6, 24) }
    self.interface = interface
    timer = Self.timer(bytes)
    receiveQueue = Int(bytes.load(UInt32.self, at: 56))
    // The notice that a UDP socket has closed counts its queue below zero.
    sendQueue = max(0, Int(bytes.load(Int32.self, at: 60)))
    // Without a file it has no user either, and the kernel says 0.
    if inode != 0 { user = bytes.load(UInt32.self, at: 64) }
    identity = [bytes[0]] + bytes[4..<52]
    add(attributes)
  }

  /// What `struct inet_diag_msg` says of a port and a host, both in network byte order.
  private static func address(
    _ family: AddressFamily, _ port: [UInt8], _ host: [UInt8], _ interface: UInt32
  ) -> SocketAddress {
    if family == .ipv4 { return SocketAddress(family: family, port + host.prefix(4) + [UInt8](repeating: 0, count: 8)) }
    let isLinkLocal = host[0] == 0xfe && host[1] & 0xc0 == 0x80
    return SocketAddress(family: family, port + [0, 0, 0, 0] + host + .storing(isLinkLocal ? interface : 0))
  }

  private static func timer(_ bytes: [UInt8]) -> Timer? {
    let names = ["retransmit", "keepalive", "time-wait", "probe"]
    let number = Int(bytes[2]) - 1
    guard names.indices.contains(number) else { return nil }
    return Timer(
      name: names[number], milliseconds: Int(bytes.load(UInt32.self, at: 52)), expirations: Int(bytes[3]))
  }

  private mutating func add(_ attributes: NetlinkAttributes) {
    if kind == .tcp, !isListening, state != "time-wait", let info = attributes[2], !info.isEmpty {
      tcp = TCPInformation(info)
    }
    congestionControl = attributes[4].map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    memory = attributes[7].flatMap { Memory($0) }
    if let shutdown = attributes.number(8, UInt8.self), shutdown != 0 { options.append(("shutdown", Int(shutdown))) }
    if let service = attributes.number(5, UInt8.self), service != 0 { options.append(("IP_TOS", Int(service))) }
    if let service = attributes.number(6, UInt8.self), service != 0 { options.append(("IPV6_TCLASS", Int(service))) }
    if let only = attributes.number(11, UInt8.self), only != 0 { options.append(("IPV6_V6ONLY", 1)) }
    if let mark = attributes.number(15, UInt32.self), mark != 0 { options.append(("SO_MARK", Int(mark))) }
    if let flags = attributes.number(22, UInt16.self) { add(flags: flags) }
  }

  /// `struct inet_diag_sockopt`: one bit each; those that are on by default are left out.
  private mutating func add(flags: UInt16) {
    for (bit, name) in Self.flags where flags & bit != 0 { options.append((name, 1)) }
  }

  private static let flags: [(UInt16, String)] = [
    (1 << 0, "IP_RECVERR"), (1 << 2, "IP_FREEBIND"), (1 << 3, "IP_HDRINCL"), (1 << 5, "IP_TRANSPARENT"),
    (1 << 7, "IP_NODEFRAG"), (1 << 8, "IP_BIND_ADDRESS_NO_PORT"), (1 << 10, "TCP_FASTOPEN_CONNECT"),
  ]
}

extension ListedSocket.Memory {
  /// `SK_MEMINFO_*` of linux/sock_diag.h, a number of 32 bits each.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 36 else { return nil }
    let number = { (index: Int) in Int(bytes.load(UInt32.self, at: index * 4)) }
    self.init(
      receiveBuffer: number(1), sendBuffer: number(3), receiveUsed: number(0), sendUsed: number(2), drops: number(8))
  }
}
