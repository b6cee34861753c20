/// The value of a socket option, as its ``SocketOption/kind`` has it.
public enum SocketOptionValue: Sendable, Hashable {
  case flag(Bool)
  /// A number, with its name where it has one.
  case integer(Int, name: String? = nil)
  /// Time, with the symbol of the unit that the kernel counts it in.
  case duration(Duration, SocketOption.TimeUnit)
  /// A time limit of a call; nil for none.
  case timeout(Duration?)
  /// How long close waits for unsent data; nil where it does not linger.
  case linger(Duration?)
  case string(String)
  case errorNumber(ErrorNumber?)
  /// The index of an interface; 0 for none.
  case interface(UInt32)
  case ipv4(IPv4Address)
  case membership(MulticastMembership)
  case credentials(Credentials)
  case bytes([UInt8])

  /// The number that stands in C for a flag or an integer.
  public var number: Int? {
    switch self {
    case .flag(let isOn): isOn ? 1 : 0
    case .integer(let number, _): number
    case .interface(let index): Int(index)
    case .errorNumber(let error): Int(error?.rawValue ?? 0)
    case .duration, .timeout, .linger, .string, .ipv4, .membership, .credentials, .bytes: nil
    }
  }
}

extension SocketOptionValue: CustomStringConvertible {
  /// The value as it can be given again: `on`, `262144`, `af21`, `5 s`, `off`, `on (5 s)`, `reno`, `lo`, hexadecimal bytes.
  public var description: String {
    switch self {
    case .flag(let isOn): isOn ? "on" : "off"
    case .integer(let number, let name): name ?? String(number)
    case .duration(let duration, let unit): duration.text(in: unit)
    case .timeout(nil), .linger(nil): "off"
    case .timeout(let duration?): duration.text(in: .seconds)
    case .linger(let duration?): "on (\(duration.text(in: .seconds)))"
    case .string(let text): text.isEmpty ? "none" : text
    case .errorNumber(let error): error?.name ?? "0"
    case .interface(let index): index == 0 ? "none" : NetworkInterface.name(of: index) ?? String(index)
    case .ipv4(let address): address.description
    case .membership(let membership): membership.description
    case .credentials(let credentials): credentials.description
    case .bytes(let bytes): bytes.isEmpty ? "none" : bytes.hexadecimal
    }
  }
}

/// A process and whom it runs as: `struct ucred` of `SO_PEERCRED` and `SCM_CREDENTIALS`.
public struct Credentials: Sendable, Hashable {
  /// The process; 0 where there is no peer, or it is of another namespace.
  public let processID: CInt
  /// Its effective user.
  public let userID: UInt32
  /// Its effective group.
  public let groupID: UInt32

  /// What to claim in `SCM_CREDENTIALS`; the kernel checks it.
  public init(processID: CInt, userID: UInt32, groupID: UInt32) {
    self.processID = processID
    self.userID = userID
    self.groupID = groupID
  }
}

extension Credentials: CustomStringConvertible {
  /// `pid 812, uid 1000, gid 1000`; `none` where the socket has no peer.
  public var description: String {
    processID == 0 && userID == .max ? "none" : "pid \(processID), uid \(userID), gid \(groupID)"
  }
}

/// A multicast group, and the interface to receive it from: `struct ip_mreqn`, `struct ipv6_mreq`.
public struct MulticastMembership: Sendable, Hashable {
  /// The group of one family or the other.
  public enum Group: Sendable, Hashable {
    case ipv4(IPv4Address)
    case ipv6(IPv6Address)
  }
  /// The multicast address.
  public let group: Group
  /// The index of the interface; 0 lets the routing table choose.
  public let interface: UInt32

  /// A group by its address.
  public init(group: Group, interface: UInt32 = 0) {
    self.group = group
    self.interface = interface
  }
}

extension MulticastMembership: CustomStringConvertible {
  /// `239.1.2.3`, `ff02::1%eth0`.
  public var description: String {
    let suffix = interface == 0 ? "" : "%" + (NetworkInterface.name(of: interface) ?? String(interface))
    switch group {
    case .ipv4(let address): return "\(address)\(suffix)"
    case .ipv6(let address): return "\(address)\(suffix)"
    }
  }
}

extension [UInt8] {
  /// Two digits a byte.
  var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
