/// A socket option, as a row of the catalogue: what `getsockopt(2)` and `setsockopt(2)` know by number.
public struct SocketOption: Sendable, Hashable {
  /// The C name: `SO_RCVBUF`.
  public let name: String
  /// Its level, such as `SOL_SOCKET`.
  public let level: OptionLevel
  /// Its number within the level.
  public let number: CInt
  /// The type of its value, in C and as text.
  public let kind: Kind
  /// Whether it can be read, set, or both.
  public let access: Access
  /// The sockets that have it.
  public let owners: Owners
  /// What it does, in one line, and the capability that it requires.
  public let meaning: String
  /// The capability that setting it requires; nil if none.
  public let requirement: Requirement?
  /// A condition beyond a valid value, without which the kernel refuses with `EINVAL`, `ENOENT` or `EPERM`.
  public let condition: String?

  /// Whether an option can be read and set.
  public enum Access: Hashable, Sendable {
    case readWrite, readOnly, writeOnly
    /// Its value contains pointers, asks a question, or creates a descriptor: known, but not supported.
    case pointer
  }

  /// The kinds of sockets that have an option, as a set.
  public struct Owners: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt32
    /// Creates a set from its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// TCP.
    public static let tcp = Self(rawValue: 1)
    /// MPTCP, which supports some options of TCP and IP.
    public static let mptcp = Self(rawValue: 1 << 1)
    /// UDP.
    public static let udp = Self(rawValue: 1 << 2)
    /// UDP-Lite.
    public static let udpLite = Self(rawValue: 1 << 3)
    /// SCTP, one to one.
    public static let sctpStream = Self(rawValue: 1 << 4)
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
    /// Raw IPv4 and IPv6.
    public static let raw = Self(rawValue: 1 << 10)
    /// Unprivileged ICMP echo.
    public static let ping = Self(rawValue: 1 << 11)
    /// `AF_PACKET`.
    public static let packet = Self(rawValue: 1 << 12)
    /// `AF_NETLINK`.
    public static let netlink = Self(rawValue: 1 << 13)
    /// `AF_TIPC`.
    public static let tipc = Self(rawValue: 1 << 14)
    /// SCTP, one to many.
    public static let sctpSequencedPacket = Self(rawValue: 1 << 18)
    /// `AF_CAN`.
    public static let can = Self(rawValue: 1 << 16)
    /// `AF_ALG`.
    public static let algorithm = Self(rawValue: 1 << 17)
    /// Families without a level in the catalogue.
    public static let other = Self(rawValue: 1 << 15)

    /// Every SCTP socket.
    public static let sctp: Self = [.sctpStream, .sctpSequencedPacket]
    /// Every Unix socket.
    public static let unix: Self = [.unixStream, .unixDatagram, .unixSequencedPacket]
    /// Every socket over IPv4 or IPv6 except MPTCP.
    public static let internet: Self = [.tcp, .udp, .udpLite, .sctp, .dccp, .raw, .ping]
    /// Connectionless sockets over IPv4 or IPv6, which can send to groups.
    public static let multicast: Self = [.udp, .udpLite, .raw, .ping]
    /// The datagram sockets of UDP and UDP-Lite.
    public static let datagrams: Self = [.udp, .udpLite]
    /// Every socket.
    public static let all: Self = [
      .internet, .mptcp, .unix, .vsock, .packet, .netlink, .tipc, .can, .algorithm, .other,
    ]

    /// The kind of a socket, by the arguments of `socket(2)`.
    public init(_ family: AddressFamily, _ type: SocketType, _ protocolNumber: TransportProtocol) {
      switch (family, type) {
      case (.ipv4, .raw), (.ipv6, .raw): self = .raw
      case (.ipv4, _), (.ipv6, _): self = Self.internet(type, protocolNumber)
      case (.unix, .datagram): self = .unixDatagram
      case (.unix, .sequencedPacket): self = .unixSequencedPacket
      case (.unix, _): self = .unixStream
      case (.vsock, _): self = .vsock
      case (AddressFamily(rawValue: 16), _): self = .netlink
      case (AddressFamily(rawValue: 17), _): self = .packet
      case (AddressFamily(rawValue: 30), _): self = .tipc
      case (AddressFamily(rawValue: 29), _): self = .can
      case (AddressFamily(rawValue: 38), _): self = .algorithm
      default: self = .other
      }
    }

    private static func internet(_ type: SocketType, _ protocolNumber: TransportProtocol) -> Self {
      switch (protocolNumber, type) {
      case (.tcp, _), (.automatic, .stream): .tcp
      case (.udp, _), (.automatic, .datagram): .udp
      case (.udpLite, _): .udpLite
      case (.mptcp, _): .mptcp
      case (.sctp, .sequencedPacket), (.automatic, .sequencedPacket): .sctpSequencedPacket
      case (.sctp, _): .sctpStream
      case (.dccp, _), (.automatic, .dccp): .dccp
      case (.icmp, _), (.icmpv6, _): .ping
      default: .other
      }
    }
  }

  /// The unit of its number: `bytes`, `seconds`; nil if it has none.
  public var unit: String? { kind.unit }
  /// Whether `setsockopt(2)` takes it.
  public var isSettable: Bool { access == .readWrite || access == .writeOnly }
  /// Whether `getsockopt(2)` returns it.
  public var isReadable: Bool { access == .readWrite || access == .readOnly }

  /// Whether sockets of this transport and family have the option.
  public func applies(to transport: Transport, family: AddressFamily) -> Bool {
    applies(to: family, transport.type, transport.protocolNumber)
  }

  /// Whether sockets with these arguments of `socket(2)` have the option.
  ///
  /// Sockets of `AF_INET6` have the options of `IPPROTO_IP` too, for the IPv4 traffic that they carry; raw sockets
  /// carry none.
  public func applies(to family: AddressFamily, _ type: SocketType, _ protocolNumber: TransportProtocol) -> Bool {
    guard owners.contains(Owners(family, type, protocolNumber)) else { return false }
    switch level {
    case .ip: return family == .ipv4 || family == .ipv6 && type != .raw
    case .ipv6, .icmpv6: return family == .ipv6
    case .raw: return family == .ipv4
    default: return true
    }
  }
}

extension SocketOption: CustomStringConvertible {
  /// The C name.
  public var description: String { name }
}
