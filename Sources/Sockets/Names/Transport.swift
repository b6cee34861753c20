/// A way to carry data that users name in an endpoint: `tcp`, `udp`, `unix` and the rest.
///
/// One row of ``all`` is one transport: its name, what it asks of `socket(2)`, and what its addresses look like.
public struct Transport: Hashable, Sendable {
  /// How its addresses are written and looked up.
  public enum Addressing: Hashable, Sendable {
    /// A host and a port, IPv4 or IPv6.
    case internet
    /// A path or an abstract name.
    case unix
    /// A context id and a port.
    case vsock
  }

  /// The name in endpoints and events: `tcp`.
  public let name: String
  /// The type that `socket(2)` is asked for.
  public let type: SocketType
  /// The protocol that `socket(2)` is asked for.
  public let protocolNumber: TransportProtocol
  /// What its addresses look like.
  public let addressing: Addressing

  private init(name: String, type: SocketType, protocolNumber: TransportProtocol, addressing: Addressing) {
    self.name = name
    self.type = type
    self.protocolNumber = protocolNumber
    self.addressing = addressing
  }

  /// `tcp(7)`.
  public static let tcp = Self(name: "tcp", type: .stream, protocolNumber: .tcp, addressing: .internet)
  /// `udp(7)`.
  public static let udp = Self(name: "udp", type: .datagram, protocolNumber: .udp, addressing: .internet)
  /// UDP whose checksum may cover a part: `udplite(7)`.
  public static let udpLite = Self(name: "udplite", type: .datagram, protocolNumber: .udpLite, addressing: .internet)
  /// TCP over several paths: RFC 8684.
  public static let mptcp = Self(name: "mptcp", type: .stream, protocolNumber: .mptcp, addressing: .internet)
  /// SCTP, one to one: RFC 9260.
  public static let sctp = Self(name: "sctp", type: .stream, protocolNumber: .sctp, addressing: .internet)
  /// DCCP: RFC 4340.
  public static let dccp = Self(name: "dccp", type: .dccp, protocolNumber: .dccp, addressing: .internet)
  /// A Unix stream: `unix(7)`.
  public static let unix = Self(name: "unix", type: .stream, protocolNumber: .automatic, addressing: .unix)
  /// Unix datagrams.
  public static let unixDatagram = Self(
    name: "unix-dgram", type: .datagram, protocolNumber: .automatic, addressing: .unix)
  /// A Unix connection with message boundaries.
  public static let unixSequencedPacket = Self(
    name: "unix-seqpacket", type: .sequencedPacket, protocolNumber: .automatic, addressing: .unix)
  /// A stream between a virtual machine and its host: `vsock(7)`.
  public static let vsock = Self(name: "vsock", type: .stream, protocolNumber: .automatic, addressing: .vsock)

  /// Every transport, in the order in which help lists them.
  public static let all: [Transport] = [
    .tcp, .udp, .mptcp, .udpLite, .sctp, .dccp, .unix, .unixDatagram, .unixSequencedPacket, .vsock,
  ]

  /// The transport of this name, in any case.
  public init?(named name: String) {
    guard let found = Self.all.first(where: { $0.name == name.lowercased() }) else { return nil }
    self = found
  }

  /// The transport with the same kind of addresses and another socket type: `unix` and `.datagram` give `unix-dgram`.
  ///
  /// - Returns: nil where no such transport is known.
  public func with(type: SocketType) -> Transport? {
    if type == self.type { return self }
    return Self.all.first { $0.addressing == addressing && $0.type == type }
  }

  /// The transport that a socket of this kind belongs to, where it has a name.
  public init?(family: AddressFamily, type: SocketType, protocolNumber: TransportProtocol) {
    let addressing: Addressing
    switch family {
    case .ipv4, .ipv6: addressing = .internet
    case .unix: addressing = .unix
    case .vsock: addressing = .vsock
    default: return nil
    }
    guard
      let found = Self.all.first(where: {
        $0.addressing == addressing && $0.type == type
          && ($0.protocolNumber == protocolNumber || protocolNumber == .automatic || addressing != .internet)
      })
    else { return nil }
    self = found
  }

  /// Whether two ends meet before data flows: false for plain datagrams.
  public var isConnectionOriented: Bool { type != .datagram }
}

extension Transport: CustomStringConvertible {
  /// The name: `tcp`.
  public var description: String { name }
}
