/// A way to carry data that users name in an endpoint: `tcp`, `udp`, `unix` and the rest.
///
/// One row of ``all`` is one transport: its name, what it asks of `socket(2)`, what its addresses look like, and in what
/// it differs from what its type would make one expect.
public struct Transport: Hashable, Sendable {
  /// How its addresses are written and looked up.
  public enum Addressing: Hashable, Sendable {
    /// A host and a port, IPv4 or IPv6.
    case internet
    /// As the family's ``FamilyAddress`` has it.
    case family(AddressFamily)
  }

  /// What a socket of the transport does otherwise than most.
  public struct Traits: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt16
    /// A set by its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// No connection: every message stands by itself, and anyone may send one.
    public static let messages = Self(rawValue: 1)
    /// `listen(2)` comes before messages can.
    public static let listensForMessages = Self(rawValue: 1 << 1)
    /// Every send needs the address.
    public static let addressesEachSend = Self(rawValue: 1 << 2)
    /// There is no `connect(2)`: the socket is bound to where it is to go.
    public static let bindsToPeer = Self(rawValue: 1 << 3)
    /// Shutting the sending half down ends the receiving one too, or does nothing.
    public static let noHalfClose = Self(rawValue: 1 << 4)
    /// After a shutdown the end of the association says that everything has arrived.
    public static let closesByHandshake = Self(rawValue: 1 << 5)
    /// The kernel itself is the peer: `bind(2)` names its service, `accept(2)` begins a request.
    public static let kernelService = Self(rawValue: 1 << 6)
    /// Only both halves can be shut down, and closing without that looks like a reset.
    public static let shutsDownBoth = Self(rawValue: 1 << 8)
    /// A send that would have to wait has sent a part all the same: it is left to wait, on a thread.
    public static let sendsBlocking = Self(rawValue: 1 << 9)
    /// No event tells when the full queue of a receiver without a connection has room again.
    public static let fullQueueIsNoEvent = Self(rawValue: 1 << 10)
    /// No event tells when the full backlog of a listener has room again.
    public static let fullBacklogIsNoEvent = Self(rawValue: 1 << 11)
    /// Only a socket that has a name can be answered; the kernel makes one up where it is asked to.
    public static let answersNeedName = Self(rawValue: 1 << 12)
    /// Its congestion control can be chosen: `TCP_CONGESTION`.
    public static let choosesCongestionControl = Self(rawValue: 1 << 13)
    /// The kernel says of each message of a connection which one it is: `SCTP_RCVINFO`.
    public static let tellsOfMessages = Self(rawValue: 1 << 14)
    /// The place of the port is the protocol's number.
    public static let protocolForPort = Self(rawValue: 1 << 7)
  }

  /// The name in endpoints and events: `tcp`.
  public let name: String
  /// The type that `socket(2)` is asked for.
  public let type: SocketType
  /// The protocol that `socket(2)` is asked for.
  public let protocolNumber: TransportProtocol
  /// What its addresses look like.
  public let addressing: Addressing
  /// In what it differs.
  public let traits: Traits

  /// A row: the traits that follow from the type are added.
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

  /// `tcp(7)`.
  public static let tcp = Self(
    name: "tcp", type: .stream, protocolNumber: .tcp, addressing: .internet, traits: .choosesCongestionControl)
  /// `udp(7)`.
  public static let udp = Self(name: "udp", type: .datagram, protocolNumber: .udp, addressing: .internet)
  /// UDP whose checksum may cover a part: `udplite(7)`.
  public static let udpLite = Self(name: "udplite", type: .datagram, protocolNumber: .udpLite, addressing: .internet)
  /// TCP over several paths: RFC 8684.
  public static let mptcp = Self(
    name: "mptcp", type: .stream, protocolNumber: .mptcp, addressing: .internet, traits: .choosesCongestionControl)
  /// SCTP, one to one: RFC 9260.
  public static let sctp = Self(
    name: "sctp", type: .stream, protocolNumber: .sctp, addressing: .internet,
    traits: [.noHalfClose, .closesByHandshake, .tellsOfMessages])
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
  /// Every transport, in the order in which help lists them.
  public static let all: [Transport] = internet + AddressFamily.addressTypes.flatMap { $0.transports }

  /// The transport of this name, in any case.
  public init?(named name: String) {
    let name = name.lowercased()
    guard let found = Self.internet.first(where: { $0.name == name }) ?? Self.all.first(where: { $0.name == name })
    else { return nil }
    self = found
  }

  /// The transport with the same kind of addresses and another socket type: `unix` and `.datagram` give `unix-dgram`.
  ///
  /// One of the same protocol goes before others: `sctp` and `.sequencedPacket` give `sctp-seqpacket`.
  ///
  /// - Returns: nil where no such transport is known.
  public func with(type: SocketType) -> Transport? {
    if type == self.type { return self }
    let others = Self.all.filter { $0.addressing == addressing && $0.type == type }
    return others.first { $0.protocolNumber == protocolNumber } ?? others.first
  }

  /// The transport between such addresses that carries single messages; nil where there is none.
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

  /// The transport that a socket of this kind belongs to, where it has a name.
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

  /// The transport of any socket there is: one without a name is called by its family and type.
  public static func of(
    family: AddressFamily, type: SocketType, protocolNumber: TransportProtocol
  ) -> Transport {
    if let named = Transport(family: family, type: type, protocolNumber: protocolNumber) { return named }
    return Transport(
      name: "\(family)/\(type)/\(protocolNumber.rawValue)", type: type, protocolNumber: protocolNumber,
      addressing: family.addressing)
  }

  /// Whether one name stands for several protocols.
  var leavesProtocolOpen: Bool { addressing != .internet || traits.contains(.protocolForPort) }

  /// Whether its packets are those of IP, and its addresses hosts and ports, which are looked up.
  public var isOverIP: Bool { addressing == .internet }
  /// Whether routers and hosts answer its packets with ICMP errors, which the error queue holds (`IP_RECVERR`).
  public var hearsOfNetworkErrors: Bool { isOverIP && (type == .datagram || type == .raw) }
  /// Whether open descriptors can travel with its messages: `SCM_RIGHTS`.
  public var passesDescriptors: Bool { addressing == .unix }
  /// Whether two ends meet before data flows: false for plain datagrams.
  public var isConnectionOriented: Bool { !traits.contains(.messages) }
  /// The families that its sockets are of.
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
