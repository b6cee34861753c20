import SocketLoop
import Sockets

extension Call {
  /// Sending.
  static let sending: [Call] = [
    Call(
      "send", "SOCKET DATA [FLAGS]", "sends to the peer; a blocking stream takes all of it"
    ) {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let flags = try call.flags(2)
      return try await send(call, flags: flags) { (socket, bytes) throws(SystemError) in
        try socket.send(bytes, flags: flags.union(.doNotWait))
      }
    },
    Call("sendto", "SOCKET DATA FLAGS ADDRESS", "sends a datagram to an address; FLAGS 0 for none") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let flags = try call.flags(2)
      let address = try await call.address(3, for: try call.socket(0))
      return try await send(call, flags: flags) { (socket, bytes) throws(SystemError) in
        try socket.send(bytes, to: address, flags: flags.union(.doNotWait))
      }
    },
    Call("write", "SOCKET DATA", "sends as to a file: like send without flags") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      try await send(call, flags: []) { (socket, bytes) throws(SystemError) in
        // write(2) has no MSG_DONTWAIT.
        try withoutBlocking(socket) { (socket) throws(SystemError) in try socket.write(bytes) }
      }
    },
    Call(
      "sendmsg", "SOCKET DATA [MORE…]",
      "sends with control messages: to:ADDRESS, SCM_RIGHTS:SOCKET,…, SCM_CREDENTIALS:PID,UID,GID, IP_TTL:N, IP_TOS:N, "
        + "IP_PKTINFO:ADDRESS@INTERFACE (either part, or both), IPV6_…, UDP_SEGMENT:N, SO_MARK:N, any other as "
        + "LEVEL/TYPE/HEX, FLAGS"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let message = try await OutgoingMessage(call)
      return try await send(call, flags: message.flags) { (socket, bytes) throws(SystemError) in
        try socket.sendMessage(
          bytes, to: message.address, control: message.control, flags: message.flags.union(.doNotWait))
      }
    },
  ]

  /// Makes a call that takes no flags without blocking, whatever the mode of the socket.
  static func withoutBlocking<Result>(
    _ socket: borrowing Socket, _ body: (borrowing Socket) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    let mode = try socket.blockingMode()
    if mode == .blocking { try socket.setBlockingMode(.nonBlocking) }
    defer { if mode == .blocking { try? socket.setBlockingMode(.blocking) } }
    return try body(socket)
  }

  /// Sends as in C: a blocking stream takes everything; otherwise one call, after a wait if the socket blocks.
  @LoopActor
  private static func send(
    _ call: Invocation, flags: MessageFlags,
    _ attempt: (borrowing Socket, Span<UInt8>) throws(SystemError) -> IOResult
  ) async throws(CallFailure) -> CallResult {
    let socket = try call.socket(0)
    let bytes = try call.data(1)
    let name = call.statement.command
    let isBlocking = try system { () throws(SystemError) in try socket.isBlocking() }
    let waits = isBlocking && !flags.contains(.doNotWait)
    let transfer = BlockingTransfer(socket: socket, name: name, events: .writable, waits: waits)
    let sent = try await transfer.move(socket.isByteStream ? bytes.count : 0) { (done) throws(SystemError) -> Int? in
      try socket.call(name) { (socket) throws(SystemError) -> Int? in
        guard case .moved(let count) = try attempt(socket, bytes.span.extracting(done...)) else { return nil }
        return count
      }
    }
    return CallResult(.number(sent), text: "\(sent)")
  }
}
