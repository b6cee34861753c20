/// The address of a netlink socket: a subsystem of the kernel, multicast groups, and a netlink port.
public struct NetlinkAddress: Hashable, Sendable {
  /// The subsystem, which is the protocol argument of `socket(2)`; nil if the address was read from a C struct.
  public let netlinkProtocol: CInt?
  /// The multicast groups to receive, one bit each.
  public let groups: UInt32
  /// The socket's netlink port ID; 0 is the kernel.
  public let port: UInt32

  /// Creates an address from its parts.
  public init(netlinkProtocol: CInt?, groups: UInt32 = 0, port: UInt32 = 0) {
    self.netlinkProtocol = netlinkProtocol
    self.groups = groups
    self.port = port
  }
}

extension NetlinkAddress: FamilyAddress {
  /// `AF_NETLINK`.
  public static var family: AddressFamily { AddressFamily(rawValue: 16) }
  /// The protocol is a name or a number, the groups a number with one bit each.
  public static var form: String { "netlink:PROTOCOL[:GROUPS[:PORT]]" }
  /// Netlink messages.
  public static var transports: [Transport] {
    [Transport(name: "netlink", type: .raw, addressing: .family(family))]
  }
  /// The size of `sockaddr_nl`.
  public static var size: Int? { 12 }
  /// Most protocols restrict joining a group, and sending to one or to another process.
  public static var causes: [ErrorCause] {
    [
      ErrorCause(
        "bind", "EPERM EACCES", on: .sockets("NETLINK_AUDIT") { $0.protocolNumber.rawValue == 9 },
        "joining the group needs CAP_AUDIT_READ", .needsCapability("CAP_AUDIT_READ")),
      ErrorCause("bind", "EPERM EACCES", "joining the group needs CAP_NET_ADMIN", .needsCapability("CAP_NET_ADMIN")),
      ErrorCause("connect", "EPERM EACCES", "sending there needs CAP_NET_ADMIN", .needsCapability("CAP_NET_ADMIN")),
    ]
  }
  /// From linux/netlink.h.
  public static var protocols: [(value: CInt, name: String)] {
    [
      (0, "NETLINK_ROUTE"), (1, "NETLINK_UNUSED"), (2, "NETLINK_USERSOCK"), (3, "NETLINK_FIREWALL"),
      (4, "NETLINK_SOCK_DIAG"), (4, "NETLINK_INET_DIAG"), (5, "NETLINK_NFLOG"), (6, "NETLINK_XFRM"),
      (7, "NETLINK_SELINUX"), (8, "NETLINK_ISCSI"), (9, "NETLINK_AUDIT"), (10, "NETLINK_FIB_LOOKUP"),
      (11, "NETLINK_CONNECTOR"), (12, "NETLINK_NETFILTER"), (13, "NETLINK_IP6_FW"), (14, "NETLINK_DNRTMSG"),
      (15, "NETLINK_KOBJECT_UEVENT"), (16, "NETLINK_GENERIC"), (18, "NETLINK_SCSITRANSPORT"),
      (19, "NETLINK_ECRYPTFS"), (20, "NETLINK_RDMA"), (21, "NETLINK_CRYPTO"), (22, "NETLINK_SMC"),
    ]
  }

  /// Parses `ROUTE`, `NETLINK_ROUTE`, `route:0x1` or `15:1`; `*` is an unknown protocol.
  public init(_ text: String, role: Endpoint.Role) throws(AddressError) {
    let malformed = AddressError.malformed("netlink:" + text, form: Self.form)
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { throw malformed }
    let found = Self.protocols.value(named: String(parts[0]))
    guard found != nil || parts[0] == "*" else { throw malformed }
    guard let groups = parts.count > 1 ? UInt32(number: parts[1]) : 0,
      let port = parts.count > 2 ? UInt32(number: parts[2]) : 0
    else { throw malformed }
    self.init(netlinkProtocol: found, groups: groups, port: port)
  }

  /// Reads the numbers from a `sockaddr_nl`.
  public init?(_ address: SocketAddress) {
    guard address.family == Self.family, address.length >= 12 else { return nil }
    let bytes = address.bytes
    self.init(
      netlinkProtocol: nil, groups: bytes.load(UInt32.self, at: 8), port: bytes.load(UInt32.self, at: 4))
  }

  /// A `sockaddr_nl`: family, padding, port, groups.
  public func socketAddress() -> SocketAddress {
    SocketAddress(family: Self.family, [0, 0] + .storing(port) + .storing(groups))
  }

  /// The first error among the messages in a buffer: in `NLMSG_ERROR`, where 0 is an acknowledgement, or in
  /// `NLMSG_DONE`.
  public static func refusal(in message: UnsafeRawBufferPointer, from sender: SocketAddress) -> ErrorNumber? {
    // Only the kernel has port 0; other senders may write anything.
    guard Self(sender)?.port == 0 else { return nil }
    return NetlinkMessage.all(in: unsafe [UInt8](message)).lazy.compactMap(\.failure).first
  }

  /// The protocol argument of `socket(2)`.
  public var protocolNumber: TransportProtocol? { netlinkProtocol.map { TransportProtocol(rawValue: $0) } }
}

extension NetlinkAddress: CustomStringConvertible {
  /// `netlink:ROUTE`, `netlink:*:0x1:1234`.
  public var description: String {
    let known = netlinkProtocol.map { number in
      Self.protocols.first { $0.value == number }.map { String($0.name.dropFirst(8)) } ?? String(number)
    }
    let tail = groups == 0 && port == 0 ? "" : ":0x\(String(groups, radix: 16))" + (port == 0 ? "" : ":\(port)")
    return "netlink:\(known ?? "*")\(tail)"
  }
}
