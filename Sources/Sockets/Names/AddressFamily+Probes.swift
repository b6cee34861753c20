extension AddressFamily {
  /// The sockets of this family that are worth trying to open: each type with the protocols that it may have.
  public var probes: [(type: SocketType, protocols: [TransportProtocol])] {
    if self == .ipv4 || self == .ipv6 {
      let icmp: TransportProtocol = self == .ipv4 ? .icmp : .icmpv6
      return [
        (.stream, [.tcp, .mptcp, .sctp]), (.datagram, [.udp, .udpLite, icmp]), (.sequencedPacket, [.sctp]),
        (.dccp, [.dccp]), (.raw, [icmp, .raw]),
      ]
    }
    let known = addressType?.protocols.map { TransportProtocol(rawValue: $0.value) } ?? []
    let types = addressType?.transports.map { $0.type } ?? []
    return [SocketType.stream, .datagram, .raw, .reliableDatagram, .sequencedPacket].map { type in
      (type, types.contains(type) && !known.isEmpty ? known : [.automatic])
    }
  }

  /// What `socket(2)` asks for in such a socket: a capability, or a setting of the kernel; nil where anyone may.
  public func privilege(_ type: SocketType, _ protocolNumber: TransportProtocol) -> String? {
    if type == .datagram, protocolNumber == .icmp || protocolNumber == .icmpv6 { return "net.ipv4.ping_group_range" }
    return Transport.of(family: self, type: type, protocolNumber: protocolNumber).capability
  }

  /// What an endpoint looks like for such a socket: `HOST:PORT`, `vsock:CID:PORT`; nil where addresses have no text.
  public func addressForm(_ type: SocketType, _ protocolNumber: TransportProtocol) -> String? {
    guard self == .ipv4 || self == .ipv6 else { return addressType?.form }
    let host = self == .ipv4 ? "HOST" : "[HOST]"
    guard let transport = Transport(family: self, type: type, protocolNumber: protocolNumber) else { return host }
    if transport.traits.contains(.protocolForPort) { return "\(transport):\(host):PROTOCOL" }
    return transport == .tcp ? "\(host):PORT" : "\(transport)://\(host):PORT"
  }

  /// As people call it: `IPv4`, `IPv6`, and the C name of the others.
  public var commonName: String { self == .ipv4 ? "IPv4" : self == .ipv6 ? "IPv6" : description }

  /// The C name of a protocol of this family, or its number.
  public func name(of protocolNumber: TransportProtocol) -> String {
    if self == .ipv4 || self == .ipv6 { return protocolNumber.description }
    let known = addressType?.protocols.first { $0.value == protocolNumber.rawValue }
    return known?.name ?? String(protocolNumber.rawValue)
  }
}
