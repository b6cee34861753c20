extension AddressFamily {
  /// The sockets of this family worth probing: each type with its possible protocols.
  public var probes: [(type: SocketType, protocols: [TransportProtocol])] {
    if addressing == .internet {
      let icmp: TransportProtocol = self == .ipv4 ? .icmp : .icmpv6
      return [
        (.stream, [.tcp, .mptcp, .sctp]), (.datagram, [.udp, .udpLite, icmp]), (.sequencedPacket, [.sctp]),
        (.dccp, [.dccp]), (.raw, [icmp, .raw]),
      ]
    }
    let known = protocols.map { TransportProtocol(rawValue: $0.value) }
    let types = addressType?.transports.map { $0.type } ?? []
    return [SocketType.stream, .datagram, .raw, .reliableDatagram, .sequencedPacket].map { type in
      (type, types.contains(type) && !known.isEmpty ? known : [.automatic])
    }
  }

  /// The form of endpoints for such a socket: `HOST:PORT`, `vsock:CID:PORT`; nil if addresses have no text form.
  public func addressForm(_ type: SocketType, _ protocolNumber: TransportProtocol) -> String? {
    guard addressing == .internet else { return addressType?.form }
    let host = self == .ipv4 ? "HOST" : "[HOST]"
    guard let transport = Transport(family: self, type: type, protocolNumber: protocolNumber) else { return host }
    if transport.traits.contains(.protocolForPort) { return "\(transport):\(host):PROTOCOL" }
    return transport == .tcp ? "\(host):PORT" : "\(transport)://\(host):PORT"
  }

  /// The common name: `IPv4`, `IPv6`, or the C name.
  public var commonName: String { self == .ipv4 ? "IPv4" : self == .ipv6 ? "IPv6" : description }

  /// The C name of a protocol of this family, or its number.
  public func name(of protocolNumber: TransportProtocol) -> String {
    protocols.first { $0.value == protocolNumber.rawValue }?.name ?? String(protocolNumber.rawValue)
  }

  /// The protocol of this family that has a C name, with or without its prefix, in any case, or a number.
  public func protocolNumber(named text: String) -> TransportProtocol? {
    protocols.value(named: text).map { TransportProtocol(rawValue: $0) }
  }

  /// The protocols of this family that have a name, with their C names.
  public var protocols: [(value: CInt, name: String)] {
    addressing == .internet ? TransportProtocol.names : addressType?.protocols ?? []
  }

  /// How addresses of the family are written.
  public var addressing: Transport.Addressing { self == .ipv4 || self == .ipv6 ? .internet : .family(self) }

  /// Whether its addresses can be written as endpoints; others are known as bytes only.
  public var hasEndpoints: Bool { addressing == .internet || addressType != nil }
}
