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

  /// The C name of a protocol of this family, or its number.
  public func name(of protocolNumber: TransportProtocol) -> String {
    if self == .ipv4 || self == .ipv6 { return protocolNumber.description }
    let known = addressType?.protocols.first { $0.value == protocolNumber.rawValue }
    return known?.name ?? String(protocolNumber.rawValue)
  }
}
