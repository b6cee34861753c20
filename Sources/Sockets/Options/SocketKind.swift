/// A kind of socket with options of its own: what `sock opts` can open, and its column of types.
public struct SocketKind: Sendable, Hashable {
  /// The name, that of the transport if there is one: `tcp`.
  public let name: String
  /// The families of such sockets, the usual one first.
  public let families: [AddressFamily]
  /// The type to pass to `socket(2)`.
  public let type: SocketType
  private let protocols: [TransportProtocol]

  private init(_ name: String, _ families: [AddressFamily], _ type: SocketType, _ protocols: TransportProtocol...) {
    self.name = name
    self.families = families
    self.type = type
    self.protocols = protocols
  }

  /// Every kind, in the order in which they are searched for one that has an option.
  public static let all: [SocketKind] = {
    let internet: [AddressFamily] = [.ipv4, .ipv6]
    let (can, netlink, packet) = (family(29), family(16), family(17))
    let (tipc, alg) = (family(30), family(38))
    return [
      Self("tcp", internet, .stream, .tcp), Self("udp", internet, .datagram, .udp),
      Self("unix", [.unix], .stream), Self("unix-dgram", [.unix], .datagram),
      Self("unix-seqpacket", [.unix], .sequencedPacket), Self("udplite", internet, .datagram, .udpLite),
      Self("mptcp", internet, .stream, .mptcp), Self("sctp", internet, .stream, .sctp),
      Self("sctp-seqpacket", internet, .sequencedPacket, .sctp), Self("dccp", internet, .dccp, .dccp),
      Self("raw", internet, .raw, .icmp, .icmpv6), Self("ping", internet, .datagram, .icmp, .icmpv6),
      Self("vsock", [.vsock], .stream), Self("vsock-seqpacket", [.vsock], .sequencedPacket),
      Self("netlink", netlink, .raw), Self("packet", packet, .raw), Self("packet-dgram", packet, .datagram),
      Self("tipc", tipc, .stream), Self("tipc-seqpacket", tipc, .sequencedPacket),
      Self("tipc-rdm", tipc, .reliableDatagram), Self("tipc-dgram", tipc, .datagram),
      Self("can", can, .raw, TransportProtocol(rawValue: 1)), Self("alg", alg, .sequencedPacket),
    ]
  }()

  private static func family(_ number: CInt) -> [AddressFamily] { [AddressFamily(rawValue: number)] }

  /// The kind with this name, in any case.
  public init?(named name: String) {
    guard let found = Self.all.first(where: { $0.name == name.lowercased() }) else { return nil }
    self = found
  }

  /// The protocol to pass to `socket(2)`: ICMP's differs by family, and some options of raw sockets belong to
  /// one protocol only.
  public func protocolNumber(in family: AddressFamily, for option: SocketOption? = nil) -> TransportProtocol {
    if type == .raw, let only = option?.rawProtocol { return only }
    guard let first = protocols.first, let last = protocols.last else { return .automatic }
    return family == .ipv6 ? last : first
  }

  /// The first of some families in which such sockets have an option; nil if there is none.
  public func family(for option: SocketOption, among wanted: [AddressFamily]? = nil) -> AddressFamily? {
    (wanted ?? families).first { option.applies(to: $0, type, protocolNumber(in: $0)) }
  }
}

extension SocketKind: CustomStringConvertible {
  /// The name: `tcp`.
  public var description: String { name }
}

extension SocketOption {
  /// The kinds of sockets that have the option.
  public var kinds: [SocketKind] { SocketKind.all.filter { $0.family(for: self) != nil } }

  /// The protocol of the raw sockets that have it; nil if all have it.
  var rawProtocol: TransportProtocol? {
    if level == .ip, name.hasPrefix("MRT_") { return .igmp }
    return switch name {
    case "IPV6_ROUTER_ALERT": .raw
    // ICMPv6 computes its checksum anyway. This number is for experiments (RFC 3692).
    case "IPV6_CHECKSUM": TransportProtocol(rawValue: 253)
    default: nil
    }
  }
}
