// The third argument of socket(2): its names in each family, and what is worth trying.
extension AddressFamily {
  /// The protocols of this family that have a name, with their C names, as `socket(2)` takes them.
  public var protocols: [(value: CInt, name: String)] {
    if addressing == .internet { return TransportProtocol.names }
    if let own = addressType?.protocols, !own.isEmpty { return own }
    return Self.otherProtocols[rawValue] ?? []
  }

  /// All names of protocols that are read, the first of a number being the one that is printed.
  public var protocolNames: [(value: CInt, name: String)] {
    addressing == .internet ? TransportProtocol.names + TransportProtocol.aliases : protocols
  }

  /// The C name of a protocol of this family, or its number.
  public func name(of protocolNumber: TransportProtocol) -> String {
    protocols.first { $0.value == protocolNumber.rawValue }?.name ?? String(protocolNumber.rawValue)
  }

  /// The protocol of this family that has a C name, with or without its prefix, in any case, or a number.
  ///
  /// For the internet families, the names of protocols(5) are taken too; `htons(ETH_P_ALL)` is the same as `ETH_P_ALL`.
  public func protocolNumber(named text: String) -> TransportProtocol? {
    if addressing == .internet { return TransportProtocol(named: text) }
    var name = text
    if name.lowercased().hasPrefix("htons("), name.hasSuffix(")") { name = String(name.dropFirst(6).dropLast()) }
    let packetName = self == PacketAddress.family ? "ETH_P_" + name : name
    if let known = protocols.value(named: name) ?? protocols.value(named: packetName) {
      return TransportProtocol(rawValue: known)
    }
    // IPPROTO_IP is how some write 0.
    return TransportProtocol.names.first { $0.name == name.uppercased() }.map { TransportProtocol(rawValue: $0.value) }
  }

  /// The protocol that a mistyped name most likely stands for.
  public func nearestProtocol(to text: String) -> String? {
    NearestName.find(text, among: protocolNames.flatMap { [$0.name, String($0.name.unprefixed)] })
  }

  /// The sockets of this family worth probing: each type with its possible protocols.
  public var probes: [(type: SocketType, protocols: [TransportProtocol])] {
    if addressing == .internet {
      let icmp: TransportProtocol = self == .ipv4 ? .icmp : .icmpv6
      return [
        (.stream, [.tcp, .mptcp, .sctp]), (.datagram, [.udp, .udpLite, icmp]), (.sequencedPacket, [.sctp]),
        (.dccp, [.dccp]), (.raw, [icmp, .raw]),
      ]
    }
    let rows = Self.probeRows[rawValue] ?? []
    let everywhere = rows.first { $0.type == nil }?.protocols
    return [SocketType.stream, .datagram, .raw, .reliableDatagram, .sequencedPacket].map { type in
      let own = rows.first { $0.type == type }?.protocols ?? everywhere ?? [0]
      return (type, own.map { TransportProtocol(rawValue: $0) })
    }
  }
}

extension AddressFamily {
  /// A row of the probes: a type of a family, and its protocols; nil for the types without a row.
  private typealias Probe = (type: SocketType?, protocols: [CInt])

  /// What `socket(2)` takes where protocol 0 is refused, or is only one of several.
  private static let probeRows: [CInt: [Probe]] = [
    8: [(.datagram, [5])],
    15: [(.raw, [2])],
    16: [(.raw, [0, 2, 4, 6, 7, 8, 9, 10, 11, 12, 15, 16, 18, 20, 21])],
    20: [(.datagram, [5])],
    23: [(.datagram, [0, 1])],
    24: [(.stream, [0, 2]), (.datagram, [1])],
    29: [(.raw, [1]), (.datagram, [2, 6, 7])],
    31: [(.stream, [0, 3]), (.raw, [0, 1, 3, 4, 5, 6]), (.sequencedPacket, [0, 2, 8])],
    33: [(.datagram, [2, 10])],
    34: [(.raw, [0])],
    35: [(.datagram, [1]), (.sequencedPacket, [2])],
    37: [(.stream, [0, 3]), (.sequencedPacket, [0, 1, 2, 4, 5])],
    39: [(.stream, [1]), (.datagram, [1]), (.raw, [0, 1]), (.sequencedPacket, [0])],
    43: [(.stream, [0, 1])],
  ]

  /// Protocols of families whose addresses have no notation here, from their headers.
  private static let otherProtocols: [CInt: [(value: CInt, name: String)]] = [
    8: [(1, "ATM_AAL1"), (2, "ATM_AAL2"), (3, "ATM_AAL34"), (5, "ATM_AAL5")],
    15: [(2, "PF_KEY_V2")],
    20: [(1, "ATM_AAL1"), (2, "ATM_AAL2"), (3, "ATM_AAL34"), (5, "ATM_AAL5")],
    23: [(0, "IRDAPROTO_UNITDATA"), (1, "IRDAPROTO_ULTRA")],
    24: [(0, "PX_PROTO_OE"), (1, "PX_PROTO_OL2TP"), (2, "PX_PROTO_PPTP")],
    31: [
      (0, "BTPROTO_L2CAP"), (1, "BTPROTO_HCI"), (2, "BTPROTO_SCO"), (3, "BTPROTO_RFCOMM"), (4, "BTPROTO_BNEP"),
      (5, "BTPROTO_CMTP"), (6, "BTPROTO_HIDP"), (7, "BTPROTO_AVDTP"), (8, "BTPROTO_ISO"),
    ],
    33: [(2, "PF_INET"), (10, "PF_INET6")],
    34: [(0, "ISDN_P_BASE")],
    35: [(1, "PN_PROTO_PHONET"), (2, "PN_PROTO_PIPE")],
    37: [
      (0, "CAIFPROTO_AT"), (1, "CAIFPROTO_DATAGRAM"), (2, "CAIFPROTO_DATAGRAM_LOOP"), (3, "CAIFPROTO_UTIL"),
      (4, "CAIFPROTO_RFM"), (5, "CAIFPROTO_DEBUG"),
    ],
    39: [(0, "NFC_SOCKPROTO_RAW"), (1, "NFC_SOCKPROTO_LLCP")],
    41: [(0, "KCMPROTO_CONNECTED")],
    43: [(0, "SMCPROTO_SMC"), (1, "SMCPROTO_SMC6")],
  ]
}
