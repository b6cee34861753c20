import Glibc

/// The second argument of `socket(2)`: how a socket carries data.
public struct SocketType: NamedConstant {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }
  private init(_ type: __socket_type) { self.rawValue = CInt(type.rawValue) }

  /// `SOCK_STREAM`: a connected stream of bytes.
  public static let stream = Self(SOCK_STREAM)
  /// `SOCK_DGRAM`: independent messages of bounded length.
  public static let datagram = Self(SOCK_DGRAM)
  /// `SOCK_RAW`: raw access to a network protocol.
  public static let raw = Self(SOCK_RAW)
  /// `SOCK_RDM`: reliable messages, in any order.
  public static let reliableDatagram = Self(SOCK_RDM)
  /// `SOCK_SEQPACKET`: connected, in order, with message boundaries.
  public static let sequencedPacket = Self(SOCK_SEQPACKET)
  /// `SOCK_DCCP`: datagrams with congestion control.
  public static let dccp = Self(SOCK_DCCP)

  /// The values that have a name, with their C names.
  public static let names: [(value: CInt, name: String)] = [
    (1, "SOCK_STREAM"), (2, "SOCK_DGRAM"), (3, "SOCK_RAW"), (4, "SOCK_RDM"), (5, "SOCK_SEQPACKET"), (6, "SOCK_DCCP"),
    (10, "SOCK_PACKET"),
  ]

  /// Whether message boundaries are kept: true for all types but ``stream``.
  public var keepsMessageBoundaries: Bool { self != .stream }
}
