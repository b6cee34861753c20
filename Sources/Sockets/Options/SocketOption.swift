/// One row of the catalogue of socket options: what `getsockopt(2)` and `setsockopt(2)` know by a number.
public struct SocketOption: Sendable, Hashable {
  /// The C name: `SO_RCVBUF`.
  public let name: String
  /// The layer that it belongs to, such as `SOL_SOCKET`.
  public let level: OptionLevel
  /// Its number in that layer.
  public let number: CInt
  /// What its value looks like, in C and as text.
  public let kind: Kind
  /// Whether it can be read, set, or both.
  public let access: Access
  /// The sockets that have it.
  public let owners: Owners
  /// What it does, in one line.
  public let meaning: String

  /// Which of the two calls an option takes part in.
  public enum Access: Hashable, Sendable {
    case readWrite, readOnly, writeOnly
  }

  /// Transports, as a set: the sockets that have an option.
  public struct Owners: OptionSet, Hashable, Sendable {
    /// The C number.
    public let rawValue: UInt16
    /// A set by its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// TCP.
    public static let tcp = Self(rawValue: 1)
    /// MPTCP, which passes a part of the options of TCP and IP on.
    public static let mptcp = Self(rawValue: 1 << 1)
    /// UDP.
    public static let udp = Self(rawValue: 1 << 2)
    /// UDP-Lite.
    public static let udpLite = Self(rawValue: 1 << 3)
    /// SCTP.
    public static let sctp = Self(rawValue: 1 << 4)
    /// DCCP.
    public static let dccp = Self(rawValue: 1 << 5)
    /// Unix streams.
    public static let unixStream = Self(rawValue: 1 << 6)
    /// Unix datagrams.
    public static let unixDatagram = Self(rawValue: 1 << 7)
    /// Unix sequenced packets.
    public static let unixSequencedPacket = Self(rawValue: 1 << 8)
    /// Vsock.
    public static let vsock = Self(rawValue: 1 << 9)

    /// Every Unix socket.
    public static let unix: Self = [.unixStream, .unixDatagram, .unixSequencedPacket]
    /// Every socket over IPv4 or IPv6 but MPTCP.
    public static let internet: Self = [.tcp, .udp, .udpLite, .sctp, .dccp]
    /// The datagram sockets of UDP and UDP-Lite.
    public static let datagrams: Self = [.udp, .udpLite]
    /// Every socket.
    public static let all: Self = [.internet, .mptcp, .unix, .vsock]

    init(_ transport: Transport) {
      switch transport {
      case .tcp: self = .tcp
      case .mptcp: self = .mptcp
      case .udp: self = .udp
      case .udpLite: self = .udpLite
      case .sctp: self = .sctp
      case .dccp: self = .dccp
      case .unix: self = .unixStream
      case .unixDatagram: self = .unixDatagram
      case .unixSequencedPacket: self = .unixSequencedPacket
      case .vsock: self = .vsock
      default: self = []
      }
    }
  }

  /// The unit that its number counts: `bytes`, `seconds`; nil where it counts nothing.
  public var unit: String? { kind.unit }
  /// Whether `setsockopt(2)` takes it.
  public var isSettable: Bool { access != .readOnly }
  /// Whether `getsockopt(2)` answers it.
  public var isReadable: Bool { access != .writeOnly }

  /// Whether sockets of this transport and family have the option.
  ///
  /// Sockets of `AF_INET6` have the options of `IPPROTO_IP` too: those govern the IPv4 traffic that they carry.
  public func applies(to transport: Transport, family: AddressFamily) -> Bool {
    guard owners.contains(Owners(transport)) else { return false }
    return level == .ipv6 ? family == .ipv6 : level != .ip || family == .ipv4 || family == .ipv6
  }
}

extension SocketOption: CustomStringConvertible {
  /// The C name.
  public var description: String { name }
}
