import SocketLoop
import Sockets

extension Call {
  /// Creating, naming and closing sockets.
  static let opening: [Call] = [
    Call(
      "socket", "FAMILY TYPE [PROTOCOL]",
      "creates a socket, not yet bound or connected; TYPE may be "
        + "SOCK_STREAM|SOCK_NONBLOCK", open),
    Call(
      "socketpair", "FAMILY TYPE [PROTOCOL]", "creates two sockets connected to each other", pair),
    Call(
      "bind", "SOCKET ADDRESS", "sets the local address; port 0 lets the kernel choose"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let socket = try call.socket(0)
      let address = try await call.address(1, for: socket)
      try system { () throws(SystemError) in
        try socket.call("bind") { (socket) throws(SystemError) in try socket.bind(to: address) }
      }
      return .zero
    },
    Call(
      "listen", "SOCKET [BACKLOG]", "accepts connections: up to BACKLOG + 1 wait to be taken by accept"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let socket = try call.socket(0)
      let backlog = call.count > 1 ? try call.number(1, in: 0...Int(Int32.max)) : Socket.usualBacklog
      try system { () throws(SystemError) in
        try socket.call("listen") { (socket) throws(SystemError) in try socket.listen(backlog: backlog) }
      }
      return .zero
    },
    Call(
      "shutdown", "SOCKET HOW", "closes one direction: SHUT_WR sends a FIN; or SHUT_RD, SHUT_RDWR"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let socket = try call.socket(0)
      let direction = try call.constant(1, ShutdownDirection.self, "direction (SHUT_RD, SHUT_WR, SHUT_RDWR)")
      try system { () throws(SystemError) in
        try socket.call("shutdown") { (socket) throws(SystemError) in try socket.shutdown(direction) }
      }
      return .zero
    },
    Call(
      "close", "SOCKET",
      "closes the descriptor; with unread data, TCP sends a reset; with SO_LINGER, waits until all is acknowledged"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      try await call.socket(0).close()
      return .zero
    },
    Call(
      "fd", "NUMBER", "adopts a descriptor that sock inherited, such as one passed by systemd or a shell: s = fd 3"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let number = CInt(try call.number(0, in: 0...Int(CInt.max)))
      guard !call.interpreter.sockets.contains(where: { $0.socket.isOpen && $0.socket.number == number }) else {
        throw call.misuse("descriptor \(number) has a variable already: dup makes a second one", at: 0)
      }
      let socket = try system { () throws(SystemError) in ShellSocket(try Socket.adopt(number)) }
      return CallResult(.socket(socket), text: "\(number)")
    },
    Call(
      "dup", "SOCKET", "duplicates the descriptor: the socket lives until both are closed"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let socket = try call.socket(0)
      let copy = try system { () throws(SystemError) in try socket.duplicate() }
      return CallResult(.socket(copy), text: "\(copy.number)")
    },
    Call(
      "getsockname", "SOCKET", "returns the local address"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let socket = try call.socket(0)
      let address = try system { () throws(SystemError) in
        try socket.call("getsockname") { (socket) throws(SystemError) in try socket.localAddress() }
      }
      return CallResult(.address(address), text: "\(address)")
    },
    Call(
      "getpeername", "SOCKET", "returns the peer's address"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let socket = try call.socket(0)
      let address = try system { () throws(SystemError) in
        try socket.call("getpeername") { (socket) throws(SystemError) in try socket.peerAddress() }
      }
      return CallResult(.address(address), text: "\(address)")
    },
  ]

  /// Turns errors of the library into failures of the call.
  @LoopActor
  static func system<Result>(_ body: () throws(SystemError) -> Result) throws(CallFailure) -> Result {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
  }

  @LoopActor
  private static func kind(
    _ call: Invocation
  ) throws(CallFailure) -> (AddressFamily, SocketTypeArgument, TransportProtocol) {
    let family = try call.constant(0, AddressFamily.self, "family")
    return (family, try call.socketType(1), try call.protocolNumber(2, of: family))
  }

  @LoopActor
  private static func open(_ call: Invocation) async throws(CallFailure) -> CallResult {
    let (family, type, protocolNumber) = try kind(call)
    let socket = try system { () throws(SystemError) in
      ShellSocket(try Socket.open(family, type.type, protocolNumber, mode: type.flags.mode))
    }
    return CallResult(.socket(socket), text: "\(socket.number)")
  }

  @LoopActor
  private static func pair(_ call: Invocation) async throws(CallFailure) -> CallResult {
    let (family, type, protocolNumber) = try kind(call)
    let sockets = try system { () throws(SystemError) in
      try Socket.pair(type.type, family: family, protocolNumber: protocolNumber, mode: type.flags.mode).take {
        [ShellSocket($0), ShellSocket($1)]
      }
    }
    return CallResult(
      .number(0), values: sockets.map { .socket($0) }, text: "0 (\(sockets[0].number), \(sockets[1].number))")
  }
}
