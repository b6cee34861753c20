import CSocketShims
import Glibc

extension Socket {
  /// Makes a socket.
  ///
  /// Calls `socket(2)` with `SOCK_CLOEXEC`.
  ///
  /// - Parameters:
  ///   - family: `AF_INET`, `AF_INET6`, `AF_UNIX` …
  ///   - type: `SOCK_STREAM`, `SOCK_DGRAM` …
  ///   - protocolNumber: 0 for the usual one of the family and type.
  ///   - mode: with `SOCK_NONBLOCK`, or without.
  /// - Throws: `EAFNOSUPPORT`, `EPROTONOSUPPORT`, `ESOCKTNOSUPPORT` where the kernel lacks it; `EPERM`, `EACCES` without
  ///   the privilege (raw and packet sockets: `CAP_NET_RAW`); `EMFILE`, `ENFILE`, `ENOBUFS`, `ENOMEM`.
  public static func open(
    _ family: AddressFamily, _ type: SocketType, _ protocolNumber: TransportProtocol = .automatic,
    mode: BlockingMode = .blocking
  ) throws(SystemError) -> Socket {
    let flags = CInt(SOCK_CLOEXEC.rawValue) | (mode == .nonBlocking ? CInt(SOCK_NONBLOCK.rawValue) : 0)
    let descriptor = try Kernel.call(
      "socket", about: "\(family), \(type), \(family.name(of: protocolNumber))",
      [.named(family), .socketType(type, flags: flags), .protocolNumber(protocolNumber, of: family)]
    ) { _ in
      Int(Glibc.socket(family.rawValue, type.rawValue | flags, protocolNumber.rawValue))
    }
    return Socket(owning: CInt(descriptor), family: family, type: type, protocolNumber: protocolNumber)
  }

  /// Makes a socket for a transport in a family.
  ///
  /// Calls `socket(2)`, as ``open(_:_:_:mode:)`` does.
  public static func open(
    _ transport: Transport, family: AddressFamily, mode: BlockingMode = .blocking
  ) throws(SystemError) -> Socket {
    try open(family, transport.type, transport.protocolNumber, mode: mode)
  }

  /// Makes two sockets that are connected to one another.
  ///
  /// Calls `socketpair(2)` with `SOCK_CLOEXEC`. Linux has pairs of `AF_UNIX` (and `AF_TIPC`) only.
  public static func pair(
    _ type: SocketType = .stream, family: AddressFamily = .unix, mode: BlockingMode = .blocking
  ) throws(SystemError) -> SocketPair {
    let flags = CInt(SOCK_CLOEXEC.rawValue) | (mode == .nonBlocking ? CInt(SOCK_NONBLOCK.rawValue) : 0)
    var both: InlineArray<2, CInt> = [-1, -1]
    try Kernel.call(
      "socketpair", about: "\(family), \(type)",
      [.named(family), .socketType(type, flags: flags), .integer(0), .pair(both[0], both[1])]
    ) { _ in
      unsafe withUnsafeMutableBytes(of: &both) { bytes in
        unsafe Int(
          Glibc.socketpair(
            family.rawValue, type.rawValue | flags, 0,
            bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CInt.self)))
      }
    }
    return SocketPair(
      first: Socket(owning: both[0], family: family, type: type, protocolNumber: .automatic),
      second: Socket(owning: both[1], family: family, type: type, protocolNumber: .automatic))
  }

  /// Takes over a descriptor that was made elsewhere: inherited, or received by `SCM_RIGHTS`.
  ///
  /// Three system calls: `getsockopt(2)` for `SO_DOMAIN`, `SO_TYPE` and `SO_PROTOCOL`. On failure the descriptor stays
  /// as it was and still belongs to the caller.
  ///
  /// - Throws: `EBADF` for no descriptor, `ENOTSOCK` for one of another kind.
  public static func adopt(_ descriptor: CInt) throws(SystemError) -> Socket {
    func option(_ name: CInt) throws(SystemError) -> CInt {
      var value: CInt = 0
      var length = socklen_t(MemoryLayout<CInt>.size)
      try Kernel.call(
        "getsockopt", on: descriptor, about: "on descriptor \(descriptor)",
        SystemCallArgument.option(descriptor, SOL_SOCKET, name, value)
      ) { _ in
        unsafe Int(Glibc.getsockopt(descriptor, SOL_SOCKET, name, &value, &length))
      }
      return value
    }
    return Socket(
      owning: descriptor, family: AddressFamily(rawValue: try option(SO_DOMAIN)),
      type: SocketType(rawValue: try option(SO_TYPE)),
      protocolNumber: TransportProtocol(rawValue: try option(SO_PROTOCOL)))
  }

  /// The transport that this socket carries.
  public var transport: Transport { .of(family: family, type: type, protocolNumber: protocolNumber) }
  /// In what the socket differs from most.
  public var traits: Transport.Traits { transport.traits }
}

/// What `socketpair(2)` makes: two sockets, each the other's peer.
public struct SocketPair: ~Copyable, Sendable {
  /// One end.
  public let first: Socket
  /// The other.
  public let second: Socket

  /// Takes the pair apart.
  public consuming func take<Result>(_ body: (consuming Socket, consuming Socket) -> Result) -> Result {
    body(first, second)
  }
}
