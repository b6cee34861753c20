import SocketLoop
import Sockets

extension Call {
  /// Making, naming and ending sockets.
  static let opening: [Call] = [
    Call(
      "socket", "FAMILY TYPE [PROTOCOL]", "makes a socket: an end without a name and without a peer", open),
    Call(
      "socketpair", "FAMILY TYPE [PROTOCOL]", "makes two sockets that are each other's peer", pair),
    Call(
      "bind", "SOCKET ADDRESS", "gives a socket its local address; port 0 lets the kernel choose"
    ) { (call: Invocation) async throws(CallFailure) -> Returned in
      let socket = try call.socket(0)
      let address = try await call.address(1, for: socket)
      try system { () throws(SystemError) in
        try socket.call("bind") { (socket) throws(SystemError) in try socket.bind(to: address) }
      }
      return .zero
    },
    Call(
      "listen", "SOCKET [BACKLOG]", "lets peers connect: as many as BACKLOG + 1 wait to be accepted"
    ) { (call: Invocation) async throws(CallFailure) -> Returned in
      let socket = try call.socket(0)
      let backlog = call.count > 1 ? try call.number(1, in: 0...Int(Int32.max)) : 4096
      try system { () throws(SystemError) in
        try socket.call("listen") { (socket) throws(SystemError) in try socket.listen(backlog: backlog) }
      }
      return .zero
    },
    Call(
      "shutdown", "SOCKET HOW", "ends one half of a connection: SHUT_WR sends a FIN, SHUT_RD, or SHUT_RDWR"
    ) { (call: Invocation) async throws(CallFailure) -> Returned in
      let socket = try call.socket(0)
      let direction = try call.constant(1, ShutdownDirection.self, "direction (SHUT_RD, SHUT_WR, SHUT_RDWR)")
      try system { () throws(SystemError) in
        try socket.call("shutdown") { (socket) throws(SystemError) in try socket.shutdown(direction) }
      }
      return .zero
    },
    Call(
      "close", "SOCKET", "gives the descriptor back; what was not read makes TCP answer with a reset"
    ) { (call: Invocation) async throws(CallFailure) -> Returned in
      let socket = try call.socket(0)
      try system { () throws(SystemError) in try socket.close() }
      return .zero
    },
    Call(
      "dup", "SOCKET", "makes a second descriptor of the same socket: it ends when both are closed"
    ) { (call: Invocation) async throws(CallFailure) -> Returned in
      let socket = try call.socket(0)
      let copy = try system { () throws(SystemError) in try socket.duplicate() }
      return Returned(.socket(copy), text: "\(copy.number)")
    },
    Call(
      "getsockname", "SOCKET", "tells the local address"
    ) { (call: Invocation) async throws(CallFailure) -> Returned in
      let socket = try call.socket(0)
      let address = try system { () throws(SystemError) in
        try socket.call("getsockname") { (socket) throws(SystemError) in try socket.localAddress() }
      }
      return Returned(.address(address), text: "\(address)")
    },
    Call(
      "getpeername", "SOCKET", "tells the peer's address"
    ) { (call: Invocation) async throws(CallFailure) -> Returned in
      let socket = try call.socket(0)
      let address = try system { () throws(SystemError) in
        try socket.call("getpeername") { (socket) throws(SystemError) in try socket.peerAddress() }
      }
      return Returned(.address(address), text: "\(address)")
    },
  ]

  /// The library's errors, as a statement has them.
  @LoopActor
  static func system<Result>(_ body: () throws(SystemError) -> Result) throws(CallFailure) -> Result {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
  }

  @LoopActor
  private static func kind(
    _ call: Invocation
  ) throws(CallFailure) -> (AddressFamily, SocketType, TransportProtocol) {
    (
      try call.constant(0, AddressFamily.self, "family"), try call.constant(1, SocketType.self, "socket type"),
      call.count > 2 ? try call.constant(2, TransportProtocol.self, "protocol") : .automatic
    )
  }

  @LoopActor
  private static func open(_ call: Invocation) async throws(CallFailure) -> Returned {
    let (family, type, protocolNumber) = try kind(call)
    let socket = try system { () throws(SystemError) in
      ShellSocket(try Socket.open(family, type, protocolNumber))
    }
    return Returned(.socket(socket), text: "\(socket.number)")
  }

  @LoopActor
  private static func pair(_ call: Invocation) async throws(CallFailure) -> Returned {
    let (family, type, _) = try kind(call)
    let sockets = try system { () throws(SystemError) in
      try Socket.pair(type, family: family).take { first, second in [ShellSocket(first), ShellSocket(second)] }
    }
    return Returned(
      .number(0), values: sockets.map { .socket($0) }, text: "0 (\(sockets[0].number), \(sockets[1].number))")
  }
}
