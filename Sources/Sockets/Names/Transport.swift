/// A transport as named in endpoints: `tcp`, `udp`, `unix` and the rest.
///
/// A row of ``all``: its name, its arguments of `socket(2)`, how its addresses are written, and how it differs from
/// others of its type.
public struct Transport: Hashable, Sendable {
  /// How its addresses are written and looked up.
  public enum Addressing: Hashable, Sendable {
    /// A host and a port, IPv4 or IPv6.
    case internet
    /// As defined by the family's ``FamilyAddress``.
    case family(AddressFamily)

    /// Whether an address is a host and a port.
    public var isInternet: Bool { self == .internet }
  }

  /// How sockets of the transport differ from most.
  public struct Traits: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt16
    /// Creates a set from its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Connectionless: messages are independent, and anyone may send one.
    public static let messages = Self(rawValue: 1)
    /// Receiving requires `listen(2)` first.
    public static let listensForMessages = Self(rawValue: 1 << 1)
    /// Every send needs an address.
    public static let addressesEachSend = Self(rawValue: 1 << 2)
    /// No `connect(2)`: the socket is bound to its destination.
    public static let bindsToPeer = Self(rawValue: 1 << 3)
    /// No half-close: shutting down sending ends receiving too, or does nothing.
    public static let noHalfClose = Self(rawValue: 1 << 4)
    /// After a shutdown, the end of the association confirms that everything has arrived.
    public static let closesByHandshake = Self(rawValue: 1 << 5)
    /// The kernel is the peer: `bind(2)` names a service, `accept(2)` starts a request.
    public static let kernelService = Self(rawValue: 1 << 6)
    /// Only both directions can be shut down, and closing without that looks like a reset.
    public static let shutsDownBoth = Self(rawValue: 1 << 8)
    /// A send that would block has sent a part nevertheless: it is made blocking, on a thread.
    public static let sendsBlocking = Self(rawValue: 1 << 9)
    /// No event when an unconnected receiver's full queue has room again.
    public static let fullQueueIsNoEvent = Self(rawValue: 1 << 10)
    /// No event when a listener's full backlog has room again.
    public static let fullBacklogIsNoEvent = Self(rawValue: 1 << 11)
    /// Only a bound socket can be answered; the kernel assigns a name on request.
    public static let answersNeedName = Self(rawValue: 1 << 12)
    /// Its congestion control can be chosen: `TCP_CONGESTION`.
    public static let choosesCongestionControl = Self(rawValue: 1 << 13)
    /// The kernel describes each message of a connection: `SCTP_RCVINFO`.
    public static let describesMessages = Self(rawValue: 1 << 14)
    /// The port of an endpoint is the protocol number.
    public static let protocolForPort = Self(rawValue: 1 << 7)
  }

  /// The name in endpoints and events: `tcp`.
  public let name: String
  /// The type to pass to `socket(2)`.
  public let type: SocketType
  /// The protocol to pass to `socket(2)`.
  public let protocolNumber: TransportProtocol
  /// How its addresses are written.
  public let addressing: Addressing
  /// How it differs from others of its type.
  public let traits: Traits

  /// A row; traits that follow from the type are added.
  init(
    name: String, type: SocketType, protocolNumber: TransportProtocol = .automatic, addressing: Addressing,
    traits: Traits = []
  ) {
    self.name = name
    self.type = type
    self.protocolNumber = protocolNumber
    self.addressing = addressing
    self.traits = [.datagram, .raw, .reliableDatagram].contains(type) ? traits.union(.messages) : traits
  }

  /// Another transport with other traits.
  private init(_ other: Self, traits: Traits) {
    (name, type, protocolNumber, addressing) = (other.name, other.type, other.protocolNumber, other.addressing)
    self.traits = traits
  }

  /// `tcp(7)`.
  public static let tcp = Self(
    name: "tcp", type: .stream, protocolNumber: .tcp, addressing: .internet, traits: .choosesCongestionControl)
  /// `udp(7)`.
  public static let udp = Self(name: "udp", type: .datagram, protocolNumber: .udp, addressing: .internet)
  /// UDP below a protocol that has connections of its own, such as DTLS: with ``udp``'s sockets, and an end that is that of
  /// both directions.
  public static let udpSessions = Self(udp, traits: .noHalfClose)
  /// UDP with partial checksum coverage: `udplite(7)`.
  public static let udpLite = Self(name: "udplite", type: .datagram, protocolNumber: .udpLite, addressing: .internet)
  /// TCP over several paths: RFC 8684.
  public static let mptcp = Self(
    name: "mptcp", type: .stream, protocolNumber: .mptcp, addressing: .internet, traits: .choosesCongestionControl)
  /// SCTP, one to one: RFC 9260.
  public static let sctp = Self(
    name: "sctp", type: .stream, protocolNumber: .sctp, addressing: .internet,
    traits: [.noHalfClose, .closesByHandshake, .describesMessages])
  /// SCTP, one socket to many peers.
  public static let sctpSequencedPacket = Self(
    name: "sctp-seqpacket", type: .sequencedPacket, protocolNumber: .sctp, addressing: .internet,
    traits: [.messages, .listensForMessages, .addressesEachSend])
  /// DCCP: RFC 4340.
  public static let dccp = Self(
    name: "dccp", type: .dccp, protocolNumber: .dccp, addressing: .internet, traits: .noHalfClose)
  /// A protocol over IP, without a transport: `raw(7)`.
  public static let raw = Self(
    name: "raw", type: .raw, protocolNumber: .raw, addressing: .internet, traits: .protocolForPort)

  /// The transports between hosts and ports.
  static let internet: [Transport] = [
    .tcp, .udp, .mptcp, .udpLite, .sctp, .sctpSequencedPacket, .dccp, .raw,
  ]
  /// Every transport, in the order of help.
  public static let all: [Transport] = internet + AddressFamily.addressTypes.flatMap { $0.transports }

  /// The transport with this name, in any case.
  public init?(named name: String) {
    let name = name.lowercased()
    guard let found = Self.internet.first(where: { $0.name == name }) ?? Self.all.first(where: { $0.name == name })
    else { return nil }
    self = found
  }

  /// The transport with the same kind of addresses and another socket type: `unix` and `.datagram` give `unix-dgram`.
  ///
  /// The same protocol is preferred: `sctp` and `.sequencedPacket` give `sctp-seqpacket`.
  ///
  /// - Returns: nil if no such transport is known.
  public func with(type: SocketType) -> Transport? {
    if type == self.type { return self }
    let others = Self.all.filter { $0.addressing == addressing && $0.type == type }
    return others.first { $0.protocolNumber == protocolNumber } ?? others.first
  }

  /// The transport for single messages between such addresses; nil if there is none.
  public var forMessages: Transport? {
    if !isConnectionOriented { return self }
    return Self.all.first {
      $0.addressing == addressing && !$0.isConnectionOriented
        && (addressing != .internet || $0.protocolNumber == protocolNumber)
    }
  }

  /// The same transport with another third argument of `socket(2)`.
  public func with(protocolNumber: TransportProtocol) -> Transport {
    Self(name: name, type: type, protocolNumber: protocolNumber, addressing: addressing, traits: traits)
  }

  /// The named transport of such a socket; nil if it has no name.
  public init?(family: AddressFamily, type: SocketType, protocolNumber: TransportProtocol) {
    let found: Transport?
    if family.addressing == .internet {
      found = Self.internet.first {
        $0.type == type
          && ($0.protocolNumber == protocolNumber || protocolNumber == .automatic
            || $0.traits.contains(.protocolForPort))
      }
    } else {
      found = family.addressType?.transports.first { $0.type == type }
    }
    guard let found else { return nil }
    self = found.leavesProtocolOpen ? found.with(protocolNumber: protocolNumber) : found
  }

  /// The transport of any socket; one without a name is called by its family, type and protocol.
  public static func of(
    family: AddressFamily, type: SocketType, protocolNumber: TransportProtocol
  ) -> Transport {
    if let named = Transport(family: family, type: type, protocolNumber: protocolNumber) { return named }
    return Transport(
      name: "\(family)/\(type)/\(protocolNumber.rawValue)", type: type, protocolNumber: protocolNumber,
      addressing: family.addressing)
  }

  /// Whether the name covers several protocols.
  var leavesProtocolOpen: Bool { addressing != .internet || traits.contains(.protocolForPort) }

  /// Whether it runs over IP, with hosts and ports as addresses.
  public var isOverIP: Bool { addressing == .internet }
  /// Whether ICMP errors about its packets can be read from the error queue (`IP_RECVERR`).
  public var reportsNetworkErrors: Bool { isOverIP && (type == .datagram || type == .raw) }
  /// Whether its messages can pass file descriptors: `SCM_RIGHTS`.
  public var passesDescriptors: Bool { addressing == .unix }
  /// Whether it has connections: false for plain datagrams.
  public var isConnectionOriented: Bool { !traits.contains(.messages) }
  /// Whether connecting shows that something is there: over connections, and between Unix sockets of any type. With
  /// other datagrams it only sets an address.
  public var findsPeer: Bool { isConnectionOriented || addressing == .family(.unix) }
  /// The families of its sockets.
  public var families: [AddressFamily] {
    switch addressing {
    case .internet: [.ipv4, .ipv6]
    case .family(let family): [family]
    }
  }
}

extension Transport: CustomStringConvertible {
  /// The name: `tcp`.
  public var description: String { name }
}
