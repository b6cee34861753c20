/// A question to sock_diag(7): which sockets it lists, its bytes, and how an answer is decoded.
struct DiagnosticQuery {
  /// The kinds of sockets in the answer.
  let kinds: [ListedKind]
  /// The struct after the header of the message, and attributes.
  let body: [UInt8]
  /// What the answers are about, for errors.
  let subject: String
  /// The table in `/proc/net` that has them, too, for kernels that do not list them here.
  var table: String?
  /// Decodes an answer; nil if it is too short.
  let decode: @Sendable ([UInt8]) -> ListedSocket?

  /// `SOCK_DIAG_BY_FAMILY`.
  let type: UInt16 = 20

  /// Every question.
  static let all: [DiagnosticQuery] =
    ListedKind.allCases.filter { $0.protocolNumber != nil }.flatMap { [internet($0, .ipv4), internet($0, .ipv6)] }
    + [unix, vsock, packet, netlink]

  /// Every state: one bit each.
  private static let everyState = UInt32.max

  /// `struct inet_diag_req_v2`, and the protocol as an attribute, since that of MPTCP has more than eight bits.
  private static func internet(_ kind: ListedKind, _ family: AddressFamily) -> DiagnosticQuery {
    let number = kind.protocolNumber ?? 0
    let low = UInt8(truncatingIfNeeded: number)
    var body: [UInt8] = [UInt8(truncatingIfNeeded: family.rawValue), low, 0xff, 0] + .storing(everyState)
    body += [UInt8](repeating: 0, count: 48)
    // struct nlattr: length, INET_DIAG_REQ_PROTOCOL.
    if number > 255 { body += .storing(UInt16(8)) + .storing(UInt16(3)) + .storing(number) }
    let suffix = family == .ipv6 ? "6" : ""
    let table: String? = kind == .raw || kind == .icmp ? "/proc/net/\(kind.rawValue)\(suffix)" : nil
    return DiagnosticQuery(kinds: [kind], body: body, subject: "of \(kind.rawValue) sockets", table: table) {
      ListedSocket(internet: $0, kind: kind)
    }
  }

  /// `struct unix_diag_req`, for name, peer, queues, memory and user.
  private static let unix = DiagnosticQuery(
    kinds: [.unix, .unixDatagram, .unixSequencedPacket],
    body: [1, 0, 0, 0] + .storing(everyState) + .storing(UInt32(0)) + .storing(UInt32(0x75)) + noCookie,
    subject: "of Unix sockets"
  ) { ListedSocket(unix: $0) }

  /// `struct vsock_diag_req`.
  private static let vsock = DiagnosticQuery(
    kinds: [.vsock],
    body: [40, 0, 0, 0] + .storing(everyState) + .storing(UInt32(0)) + .storing(UInt32(0)) + noCookie,
    subject: "of vsock sockets"
  ) { ListedSocket(vsock: $0) }

  /// `struct packet_diag_req`, for interface and memory.
  private static let packet = DiagnosticQuery(
    kinds: [.packet], body: [17, 0, 0, 0] + .storing(UInt32(0)) + .storing(UInt32(0x11)) + noCookie,
    subject: "of packet sockets"
  ) { ListedSocket(packet: $0) }

  /// `struct netlink_diag_req`, for memory and groups of all protocols.
  private static let netlink = DiagnosticQuery(
    kinds: [.netlink], body: [16, 0xff, 0, 0] + .storing(UInt32(0)) + .storing(UInt32(0x3)) + noCookie,
    subject: "of netlink sockets"
  ) { ListedSocket(netlink: $0) }

  private static let noCookie: [UInt8] = .storing(UInt64(0))

  /// The `struct inet_diag_req_v2` that finds a socket; nil if none can be destroyed of its kind.
  static func destruction(of socket: ListedSocket) -> [UInt8]? {
    guard let identity = socket.identity, let family = identity.first, let number = socket.kind.protocolNumber else {
      return nil
    }
    return [family, UInt8(truncatingIfNeeded: number), 0, 0] + .storing(everyState) + identity.dropFirst()
      + (number > 255 ? .storing(UInt16(8)) + .storing(UInt16(3)) + .storing(number) : [])
  }
}
