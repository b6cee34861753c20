import CSocketShims
import Glibc

extension Socket {
  /// Opens a socket.
  ///
  /// Calls `socket(2)` with `SOCK_CLOEXEC`.
  ///
  /// - Parameters:
  ///   - family: `AF_INET`, `AF_INET6`, `AF_UNIX` …
  ///   - type: `SOCK_STREAM`, `SOCK_DGRAM` …
  ///   - protocolNumber: the protocol; 0 for the default of the family and type.
  ///   - mode: whether to pass `SOCK_NONBLOCK`.
  /// - Throws: `EAFNOSUPPORT`, `EPROTONOSUPPORT`, `ESOCKTNOSUPPORT` if the kernel lacks it; `EPERM`, `EACCES` without
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

  /// Opens a socket for a transport and family.
  ///
  /// Calls `socket(2)`, as ``open(_:_:_:mode:)`` does.
  public static func open(
    _ transport: Transport, family: AddressFamily, mode: BlockingMode = .blocking
  ) throws(SystemError) -> Socket {
    try open(family, transport.type, transport.protocolNumber, mode: mode)
  }

  /// Opens a pair of connected sockets.
  ///
  /// Calls `socketpair(2)` with `SOCK_CLOEXEC`. Linux supports pairs only for `AF_UNIX` and `AF_TIPC`.
  public static func pair(
    _ type: SocketType = .stream, family: AddressFamily = .unix, protocolNumber: TransportProtocol = .automatic,
    mode: BlockingMode = .blocking
  ) throws(SystemError) -> SocketPair {
    let flags = CInt(SOCK_CLOEXEC.rawValue) | (mode == .nonBlocking ? CInt(SOCK_NONBLOCK.rawValue) : 0)
    var both: InlineArray<2, CInt> = [-1, -1]
    try Kernel.call(
      "socketpair", about: "\(family), \(type)",
      [
        .named(family), .socketType(type, flags: flags), .protocolNumber(protocolNumber, of: family),
        .pair(both[0], both[1]),
      ]
    ) { _ in
      unsafe withUnsafeMutableBytes(of: &both) { bytes in
        unsafe Int(
          Glibc.socketpair(
            family.rawValue, type.rawValue | flags, protocolNumber.rawValue,
            bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CInt.self)))
      }
    }
    return SocketPair(
      first: Socket(owning: both[0], family: family, type: type, protocolNumber: protocolNumber),
      second: Socket(owning: both[1], family: family, type: type, protocolNumber: protocolNumber))
  }

  /// Takes ownership of a descriptor from elsewhere: inherited, or received by `SCM_RIGHTS`.
  ///
  /// Three system calls: `getsockopt(2)` for `SO_DOMAIN`, `SO_TYPE` and `SO_PROTOCOL`. On failure the descriptor stays
  /// open and still belongs to the caller.
  ///
  /// - Throws: `EBADF` if the descriptor is not open, `ENOTSOCK` if it is not a socket.
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

  /// The transport of this socket.
  public var transport: Transport { .of(family: family, type: type, protocolNumber: protocolNumber) }
  /// The traits of its transport.
  public var traits: Transport.Traits { transport.traits }
}

/// The result of `socketpair(2)`: two sockets connected to each other.
public struct SocketPair: ~Copyable, Sendable {
  /// One end.
  public let first: Socket
  /// The other end.
  public let second: Socket

  /// Passes both sockets to `body`, which then owns them.
  public consuming func take<Result>(_ body: (consuming Socket, consuming Socket) -> Result) -> Result {
    body(first, second)
  }
}
