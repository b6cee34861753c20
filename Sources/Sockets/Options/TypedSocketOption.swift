import Glibc

/// An option whose value has a Swift type, for programs that know which option they want.
///
/// ```swift
/// try socket.set(.noDelay, to: true)
/// let size = try socket.get(.receiveBufferSize)
/// ```
/// It does not use the catalogue, which is for options named by users.
public struct TypedSocketOption<Value: Sendable>: Sendable {
  /// The C name.
  public let name: String
  /// Its level.
  public let level: OptionLevel
  /// Its number within the level.
  public let number: CInt
  let capacity: Int
  let encode: @Sendable (Value) -> [UInt8]
  let decode: @Sendable ([UInt8]) -> Value?
}

extension Socket {
  /// Reads an option.
  ///
  /// Calls `getsockopt(2)`.
  public borrowing func get<Value>(_ option: TypedSocketOption<Value>) throws(SystemError) -> Value {
    let bytes = try getOption(
      level: option.level, number: option.number, capacity: option.capacity, about: option.name)
    guard let value = option.decode(bytes) else {
      throw SystemError(call: "getsockopt", number: .invalidArgument, subject: option.name)
    }
    return value
  }

  /// Sets an option.
  ///
  /// Calls `setsockopt(2)`.
  public borrowing func set<Value>(_ option: TypedSocketOption<Value>, to value: Value) throws(SystemError) {
    let bytes = option.encode(value)
    try setOption(level: option.level, number: option.number, bytes: bytes.span, about: option.name)
  }
}

extension TypedSocketOption where Value == Bool {
  private init(_ name: String, _ level: OptionLevel, _ number: CInt) {
    self.init(
      name: name, level: level, number: number, capacity: 4, encode: { .storing(CInt($0 ? 1 : 0)) },
      decode: { $0.count >= 4 ? $0.load(CInt.self) != 0 : nil })
  }

  /// `SO_ACCEPTCONN`: whether the socket listens.
  ///
  /// Read only.
  public static var isListening: Self { Self("SO_ACCEPTCONN", .socket, SO_ACCEPTCONN) }
  /// `SO_BROADCAST`: allow sending to broadcast addresses.
  public static var broadcast: Self { Self("SO_BROADCAST", .socket, SO_BROADCAST) }
  /// `SO_KEEPALIVE`: probe an idle peer.
  public static var keepAlive: Self { Self("SO_KEEPALIVE", .socket, SO_KEEPALIVE) }
  /// `SO_PASSCRED`: receive the credentials of senders.
  public static var passCredentials: Self { Self("SO_PASSCRED", .socket, SO_PASSCRED) }
  /// `SO_PASSPIDFD`: receive a descriptor of the sender's process (Linux 6.5).
  public static var passProcessDescriptors: Self { Self("SO_PASSPIDFD", .socket, 76) }
  /// `SO_OOBINLINE`: leave urgent data in the stream.
  public static var outOfBandInline: Self { Self("SO_OOBINLINE", .socket, SO_OOBINLINE) }
  /// `SO_REUSEADDR`: bind where an earlier connection is in TIME_WAIT.
  public static var reuseAddress: Self { Self("SO_REUSEADDR", .socket, SO_REUSEADDR) }
  /// `SO_REUSEPORT`: several sockets of one user share a port.
  public static var reusePort: Self { Self("SO_REUSEPORT", .socket, SO_REUSEPORT) }
  /// `TCP_NODELAY`: no Nagle algorithm.
  public static var noDelay: Self { Self("TCP_NODELAY", .tcp, TCP_NODELAY) }
  /// `UDP_GRO`: receive coalesced datagrams, with their size in a control message.
  public static var coalescing: Self { Self("UDP_GRO", .udp, 104) }
  /// `IP_RECVERR`: queue detailed errors.
  public static var receiveErrorsIPv4: Self { Self("IP_RECVERR", .ip, IP_RECVERR) }
  /// `IPV6_RECVERR`: queue detailed errors.
  public static var receiveErrorsIPv6: Self { Self("IPV6_RECVERR", .ipv6, IPV6_RECVERR) }
  /// `IPV6_V6ONLY`: carry IPv6 only.
  public static var ipv6Only: Self { Self("IPV6_V6ONLY", .ipv6, IPV6_V6ONLY) }
}

extension TypedSocketOption where Value == Int {
  private init(_ name: String, _ level: OptionLevel, _ number: CInt) {
    self.init(
      name: name, level: level, number: number, capacity: 4, encode: { .storing(CInt(clamping: $0)) },
      decode: { $0.count >= 4 ? Int($0.load(CInt.self)) : nil })
  }

  /// `SO_RCVBUF`, in bytes: reading returns twice the value set, since the kernel includes its overhead.
  public static var receiveBufferSize: Self { Self("SO_RCVBUF", .socket, SO_RCVBUF) }
  /// `SO_SNDBUF`, in bytes: reading returns twice the value set.
  public static var sendBufferSize: Self { Self("SO_SNDBUF", .socket, SO_SNDBUF) }
}

extension TypedSocketOption where Value == SocketType {
  /// `SO_TYPE`: read only.
  public static var socketType: Self {
    Self(
      name: "SO_TYPE", level: .socket, number: SO_TYPE, capacity: 4, encode: { .storing($0.rawValue) },
      decode: { $0.count >= 4 ? SocketType(rawValue: $0.load(CInt.self)) : nil })
  }
}

extension TypedSocketOption where Value == ErrorNumber? {
  /// `SO_ERROR`: the pending error of the socket; reading clears it.
  ///
  /// Read only.
  public static var pendingError: Self {
    Self(
      name: "SO_ERROR", level: .socket, number: SO_ERROR, capacity: 4, encode: { .storing($0?.rawValue ?? 0) },
      decode: { bytes in
        guard bytes.count >= 4 else { return nil }
        let number = bytes.load(CInt.self)
        return .some(number == 0 ? nil : ErrorNumber(rawValue: number))
      })
  }
}

extension TypedSocketOption where Value == Duration? {
  private init(_ name: String, _ number: CInt, _ kind: SocketOption.Kind) {
    self.init(
      name: name, level: .socket, number: number, capacity: kind.capacity,
      encode: { (kind == .linger ? SocketOptionValue.linger($0) : .timeout($0)).bytes(for: kind) },
      decode: { bytes in
        switch SocketOptionValue(bytes: bytes, kind: kind) {
        case .linger(let duration), .timeout(let duration): .some(duration)
        default: nil
        }
      })
  }

  /// `SO_LINGER`, in whole seconds: nil leaves unsent data to the kernel, 0 resets the connection on close.
  public static var linger: Self { Self("SO_LINGER", SO_LINGER, .linger) }
  /// `SO_RCVTIMEO`: the timeout of a blocking receive; nil for none.
  public static var receiveTimeout: Self { Self("SO_RCVTIMEO", SO_RCVTIMEO, .timeval) }
  /// `SO_SNDTIMEO`: the timeout of a blocking send or connect; nil for none.
  public static var sendTimeout: Self { Self("SO_SNDTIMEO", SO_SNDTIMEO, .timeval) }
}

extension TypedSocketOption where Value == String {
  /// `TCP_CONGESTION`: the congestion control by name.
  public static var congestionControl: Self {
    Self(
      name: "TCP_CONGESTION", level: .tcp, number: TCP_CONGESTION, capacity: 16, encode: { Array($0.utf8) },
      decode: { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
  }
}

extension TypedSocketOption where Value == Credentials {
  /// `SO_PEERCRED`: process, user and group of the peer of a Unix socket.
  ///
  /// Read only.
  public static var peerCredentials: Self {
    Self(
      name: "SO_PEERCRED", level: .socket, number: SO_PEERCRED, capacity: 12, encode: { $0.bytes },
      decode: { $0.count >= 12 ? Credentials(bytes: $0) : nil })
  }
}

/// The second argument of `getsockopt(2)`: the protocol layer of an option.
///
/// The level of a protocol is its number, so `IPPROTO_TCP` and `SOL_TCP` are the same; both names are accepted.
public struct OptionLevel: NamedConstant {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `SOL_SOCKET`: options of every socket, `socket(7)`.
  public static let socket = Self(rawValue: 1)
  /// `IPPROTO_IP`: `ip(7)`.
  public static let ip = Self(rawValue: 0)
  /// `IPPROTO_IPV6`: `ipv6(7)`.
  public static let ipv6 = Self(rawValue: 41)
  /// `IPPROTO_TCP`: `tcp(7)`.
  public static let tcp = Self(rawValue: 6)
  /// `SOL_UDP`: `udp(7)`.
  public static let udp = Self(rawValue: 17)
  /// `SOL_UDPLITE`: `udplite(7)`.
  public static let udpLite = Self(rawValue: 136)

  /// `SOL_ICMPV6`: `icmpv6` of raw sockets, RFC 3542.
  public static let icmpv6 = Self(rawValue: 58)
  /// `SOL_SCTP`: `sctp(7)`, RFC 6458.
  public static let sctp = Self(rawValue: 132)
  /// `SOL_RAW`: `raw(7)`.
  public static let raw = Self(rawValue: 255)
  /// `SOL_PACKET`: `packet(7)`.
  public static let packet = Self(rawValue: 263)
  /// `SOL_CAN_RAW`: raw frames of `AF_CAN`.
  public static let can = Self(rawValue: 101)
  /// `SOL_ALG`: `AF_ALG`.
  public static let algorithm = Self(rawValue: 279)
  /// `SOL_DCCP`.
  public static let dccp = Self(rawValue: 269)
  /// `SOL_NETLINK`: `netlink(7)`.
  public static let netlink = Self(rawValue: 270)
  /// `SOL_TIPC`.
  public static let tipc = Self(rawValue: 271)
  /// `SOL_TLS`: kernel TLS.
  public static let tls = Self(rawValue: 282)
  /// `SOL_MPTCP`.
  public static let mptcp = Self(rawValue: 284)
  /// `AF_VSOCK`, whose options have the number of the family as their level: `vsock(7)`.
  public static let vsock = Self(rawValue: 40)

  /// The levels of linux/socket.h and netinet/in.h.
  ///
  /// If two names share a number, the first is printed.
  public static let names: [(value: CInt, name: String)] = [
    (1, "SOL_SOCKET"), (0, "IPPROTO_IP"), (0, "SOL_IP"), (6, "IPPROTO_TCP"), (6, "SOL_TCP"), (41, "IPPROTO_IPV6"),
    (41, "SOL_IPV6"), (17, "SOL_UDP"), (17, "IPPROTO_UDP"), (136, "SOL_UDPLITE"), (136, "IPPROTO_UDPLITE"),
    (101, "SOL_CAN_RAW"), (58, "SOL_ICMPV6"), (58, "IPPROTO_ICMPV6"), (132, "SOL_SCTP"), (132, "IPPROTO_SCTP"),
    (255, "SOL_RAW"),
    (263, "SOL_PACKET"), (269, "SOL_DCCP"), (270, "SOL_NETLINK"), (271, "SOL_TIPC"), (279, "SOL_ALG"),
    (282, "SOL_TLS"), (283, "SOL_XDP"), (284, "SOL_MPTCP"), (287, "SOL_VSOCK"), (40, "AF_VSOCK"),
  ]
}
