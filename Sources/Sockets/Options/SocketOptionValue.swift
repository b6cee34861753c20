/// The value of a socket option, according to its ``SocketOption/kind``.
public enum SocketOptionValue: Sendable, Hashable {
  case flag(Bool)
  /// A number, with its name if it has one.
  case integer(Int, name: String? = nil)
  /// A time, with the unit that the kernel counts in.
  case duration(Duration, SocketOption.TimeUnit)
  /// A timeout; nil for none.
  case timeout(Duration?)
  /// How long close waits for unsent data; nil if it does not linger.
  case linger(Duration?)
  case string(String)
  case errorNumber(ErrorNumber?)
  /// The index of an interface; 0 for none.
  case interface(UInt32)
  case ipv4(IPv4Address)
  case membership(GroupMembership)
  case credentials(Credentials)
  /// A struct, with its text.
  case structure([UInt8], text: String)
  case bytes([UInt8])

  /// The C number of a flag or an integer.
  public var number: Int? {
    switch self {
    case .flag(let isOn): isOn ? 1 : 0
    case .integer(let number, _): number
    case .interface(let index): Int(index)
    case .errorNumber(let error): Int(error?.rawValue ?? 0)
    case .duration, .timeout, .linger, .string, .ipv4, .membership, .credentials, .structure, .bytes: nil
    }
  }
}

extension SocketOptionValue: CustomStringConvertible {
  /// The value in a form that can be parsed again: `on`, `262144`, `af21`, `5 s`, `on (5 s)`, `reno`, `lo`, hexadecimal
  /// bytes.
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
    case .structure(_, let text): text
    case .bytes(let bytes): bytes.isEmpty ? "none" : bytes.hexadecimal
    }
  }
}

/// The identity of a process: `struct ucred` of `SO_PEERCRED` and `SCM_CREDENTIALS`.
public struct Credentials: Sendable, Hashable {
  /// The process; 0 if there is no peer, or it is in another PID namespace.
  public let processID: CInt
  /// Its effective user.
  public let userID: UInt32
  /// Its effective group.
  public let groupID: UInt32

  /// Credentials to claim in `SCM_CREDENTIALS`; the kernel checks them.
  public init(processID: CInt, userID: UInt32, groupID: UInt32) {
    self.processID = processID
    self.userID = userID
    self.groupID = groupID
  }
}

extension Credentials: CustomStringConvertible {
  /// `pid 812, uid 1000, gid 1000`; `none` if the socket has no peer.
  public var description: String {
    processID == 0 && userID == .max ? "none" : "pid \(processID), uid \(userID), gid \(groupID)"
  }
}

extension [UInt8] {
  /// Two hexadecimal digits per byte.
  var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
