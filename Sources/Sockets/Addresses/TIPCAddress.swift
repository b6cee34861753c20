/// The address of a TIPC socket: a service, a range of services, or one socket on a node.
public enum TIPCAddress: Hashable, Sendable {
  /// `TIPC_SERVICE_ADDR`: one instance of a service type.
  case service(type: UInt32, instance: UInt32)
  /// `TIPC_SERVICE_RANGE`: several instances, to listen on.
  case range(type: UInt32, lower: UInt32, upper: UInt32)
  /// `TIPC_SOCKET_ADDR`: the kernel's own address of a socket.
  case socket(reference: UInt32, node: UInt32)
}

extension TIPCAddress: FamilyAddress {
  /// `AF_TIPC`.
  public static var family: AddressFamily { AddressFamily(rawValue: 30) }
  /// Numbers are decimal, or hexadecimal after `0x`.
  public static var form: String { "tipc:TYPE:INSTANCE" }
  /// Streams, records and messages.
  public static var transports: [Transport] {
    let addressing = Transport.Addressing.family(family)
    let traits: Transport.Traits = [.noHalfClose, .shutsDownBoth]
    return [
      Transport(name: "tipc", type: .stream, addressing: addressing, traits: traits),
      Transport(name: "tipc-seqpacket", type: .sequencedPacket, addressing: addressing, traits: traits),
      Transport(name: "tipc-dgram", type: .datagram, addressing: addressing),
      Transport(name: "tipc-rdm", type: .reliableDatagram, addressing: addressing),
    ]
  }
  /// Messages are sent to a service, and answered from a socket.
  public static var repliesFromPeerAddress: Bool { false }
  /// The size of `sockaddr_tipc`.
  public static var size: Int? { 16 }

  /// Parses `18888:17`, `18888:1-9` or `REFERENCE@NODE`.
  public init(_ text: String, role: Endpoint.Role) throws(AddressError) {
    let malformed = AddressError.malformed("tipc:" + text, form: Self.form)
    let ends = text.split(separator: "@", omittingEmptySubsequences: false)
    if ends.count == 2 {
      guard let reference = UInt32(number: ends[0]), let node = UInt32(number: ends[1]) else { throw malformed }
      self = .socket(reference: reference, node: node)
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let type = UInt32(number: parts[0]) else { throw malformed }
    let bounds = parts[1].split(separator: "-", omittingEmptySubsequences: false).map { UInt32(number: $0) }
    switch bounds.count {
    case 1:
      guard let instance = bounds[0] else { throw malformed }
      self = .service(type: type, instance: instance)
    case 2 where role == .local:
      guard let lower = bounds[0], let upper = bounds[1], lower <= upper else { throw malformed }
      self = .range(type: type, lower: lower, upper: upper)
    default: throw malformed
    }
  }

  /// Reads the numbers from a `sockaddr_tipc`.
  public init?(_ address: SocketAddress) {
    guard address.family == Self.family, address.length >= 16 else { return nil }
    let bytes = address.bytes
    func number(_ index: Int) -> UInt32 { bytes.load(UInt32.self, at: 4 + 4 * index) }
    switch bytes[2] {
    case 1: self = .range(type: number(0), lower: number(1), upper: number(2))
    case 2: self = .service(type: number(0), instance: number(1))
    case 3: self = .socket(reference: number(0), node: number(1))
    default: return nil
    }
  }

  /// A `sockaddr_tipc` of linux/tipc.h: family, address type, scope, and three numbers.
  public func socketAddress() -> SocketAddress {
    func address(_ kind: UInt8, _ numbers: [UInt32]) -> SocketAddress {
      // TIPC_CLUSTER_SCOPE: visible to every node of the cluster.
      SocketAddress(family: Self.family, [kind, 2] + numbers.flatMap { [UInt8].storing($0) })
    }
    return switch self {
    case .range(let type, let lower, let upper): address(1, [type, lower, upper])
    case .service(let type, let instance): address(2, [type, instance, 0])
    case .socket(let reference, let node): address(3, [reference, node, 0])
    }
  }
}

extension TIPCAddress: CustomStringConvertible {
  /// `tipc:18888:17`.
  public var description: String {
    switch self {
    case .service(let type, let instance): "tipc:\(type):\(instance)"
    case .range(let type, let lower, let upper): "tipc:\(type):\(lower)-\(upper)"
    case .socket(let reference, let node): "tipc:\(reference)@0x\(String(node, radix: 16))"
    }
  }
}

extension FixedWidthInteger {
  /// Parses decimal digits, or hexadecimal ones after `0x`; no sign.
  init?(number text: some StringProtocol) {
    guard let first = text.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
    let isHexadecimal = text.hasPrefix("0x")
    let digits = text.dropFirst(isHexadecimal ? 2 : 0)
    guard digits.utf8.first != UInt8(ascii: "+"), digits.utf8.first != UInt8(ascii: "-") else { return nil }
    self.init(digits, radix: isHexadecimal ? 16 : 10)
  }
}
