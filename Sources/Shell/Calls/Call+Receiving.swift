import SocketLoop
import Sockets

extension Call {
  /// Receiving.
  static let receiving: [Call] = [
    Call(
      "recv", "SOCKET LENGTH [FLAGS]", "receives up to LENGTH bytes; 0 on a stream means end of file"
    ) {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      result(
        of: try await Reception(call, flags: try call.flags(2)) { (socket, length, flags) throws(SystemError) in
          try Reception.bytes(upTo: length) { (buffer) throws(SystemError) in
            try socket.receive(into: &buffer, flags: flags)
          }
        })
    },
    Call("read", "SOCKET LENGTH", "receives as from a file: like recv without flags") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      result(
        of: try await Reception(call, flags: []) { (socket, length, _) throws(SystemError) in
          try withoutBlocking(socket) { (socket) throws(SystemError) in
            try Reception.bytes(upTo: length) { (buffer) throws(SystemError) in try socket.read(into: &buffer) }
          }
        })
    },
    Call("recvfrom", "SOCKET LENGTH [FLAGS]", "receives a message and the address of its sender", receiveFrom),
    Call(
      "recvmsg", "SOCKET LENGTH[,LENGTH…] [CONTROL] [FLAGS]",
      "receives a message with up to CONTROL bytes of control messages (512): a b c = recvmsg takes the data, the peer "
        + "or the passed sockets, and the control messages; several lengths give a list of pieces", receiveMessage),
  ]

  @LoopActor
  private static func result(of reception: Reception) -> CallResult {
    let whole = reception.count > reception.bytes.count ? " of \(reception.count)" : ""
    let peer = reception.peer.map { [ShellValue.address($0)] } ?? []
    return CallResult(
      .number(reception.count), values: [.bytes(reception.bytes)] + peer,
      text: "\(reception.bytes.count)\(whole) \(reception.bytes.quoted)\(reception.from)")
  }

  @LoopActor
  private static func receiveFrom(_ call: Invocation) async throws(CallFailure) -> CallResult {
    result(
      of: try await Reception(call, flags: try call.flags(2)) { (socket, length, flags) throws(SystemError) in
        var peer: SocketAddress?
        var reception = try Reception.bytes(upTo: length) { (buffer) throws(SystemError) in
          guard case .message(let count, let from) = try socket.receiveFrom(into: &buffer, flags: flags) else {
            return .wouldBlock
          }
          peer = from
          return .moved(count)
        }
        reception?.peer = peer
        return reception
      })
  }

  @LoopActor
  private static func receiveMessage(_ call: Invocation) async throws(CallFailure) -> CallResult {
    let sizes = try call.lengths(1)
    let isControlGiven = call.count > 2 ? try call.value(2).number != nil : false
    let room = isControlGiven ? try call.number(2, in: 0...65_536) : 512
    let flags = try call.flags(isControlGiven ? 3 : 2)
    let message = try await Reception(call, flags: flags, length: sizes.reduce(0, +)) {
      (socket, length, flags) throws(SystemError) in
      try Reception.message(socket, into: sizes.last(length), control: room, flags)
    }
    var parts: [String] = []
    var sockets: [ShellValue] = []
    for descriptor in message.descriptors {
      if let socket = try? Socket.adopt(descriptor) {
        sockets.append(.socket(ShellSocket(socket)))
      } else {
        // Not a socket: the shell could neither use nor close it.
        Descriptor(descriptor).close()
        parts.append("SCM_RIGHTS \(descriptor) (no socket: closed)")
      }
    }
    if !sockets.isEmpty { parts.append("SCM_RIGHTS \(sockets.map(\.description).joined(separator: " "))") }
    parts += message.control.map(\.text) + message.processes
    if !message.flags.subtracting([.closeOnExecute, .doNotWait]).isEmpty {
      parts.append("flags \(message.flags.subtracting([.closeOnExecute, .doNotWait]).asReported)")
    }
    if try call.socket(0).facts?.protocolNumber == .sctp, message.flags.contains(.notification) {
      parts.append(SCTPNotification(message.bytes).text)
    }
    let more = parts.isEmpty ? "" : " [" + parts.joined(separator: "; ") + "]"
    let passed: ShellValue = sockets.count == 1 ? sockets[0] : .list(sockets)
    let peer = message.peer.map { ShellValue.address($0) }
    return CallResult(
      .number(message.count),
      values: [
        sizes.count == 1 ? .bytes(message.bytes) : .list(message.bytes.pieces(of: sizes).map { .bytes($0) }),
        sockets.isEmpty ? peer ?? passed : passed, .list(parts.map { .text($0) }),
      ],
      text: "\(message.bytes.count) "
        + message.bytes.pieces(of: sizes).map(\.quoted).joined(separator: " ") + "\(message.from)\(more)")
  }
}
