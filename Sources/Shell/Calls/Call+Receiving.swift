import Glibc
import SocketLoop
import Sockets

extension Call {
  /// The largest buffer.
  private static let maximumLength = 16 << 20

  /// Receiving.
  static let receiving: [Call] = [
    Call(
      "recv", "SOCKET LENGTH [FLAGS]", "receives up to LENGTH bytes; 0 on a stream means end of file"
    ) {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let flags = try call.flags(2)
      return try await receive(call, flags: flags) { (socket, buffer, flags) throws(SystemError) in
        try socket.receive(into: &buffer, flags: flags)
      }
    },
    Call("read", "SOCKET LENGTH", "receives as from a file: like recv without flags") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      try await receive(call, flags: []) { (socket, buffer, _) throws(SystemError) in
        try withoutBlocking(socket) { (socket) throws(SystemError) in try socket.read(into: &buffer) }
      }
    },
    Call("recvfrom", "SOCKET LENGTH [FLAGS]", "receives a message and the address of its sender", receiveFrom),
    Call(
      "recvmsg", "SOCKET LENGTH[,LENGTH…] [CONTROL] [FLAGS]",
      "receives a message with up to CONTROL bytes of control messages (512): a b c = recvmsg takes the data, the peer "
        + "or the passed sockets, and the control messages; several lengths give a list of pieces", receiveMessage),
  ]

  @LoopActor
  private static func waits(_ socket: ShellSocket, _ flags: MessageFlags) throws(CallFailure) -> Bool {
    if flags.contains(.doNotWait) || flags.contains(.errorQueue) { return false }
    return try system { () throws(SystemError) in try socket.isBlocking() }
  }

  /// The events to wait for: urgent data has its own.
  private static func events(_ flags: MessageFlags) -> PollEvents { flags.contains(.outOfBand) ? .urgent : .readable }

  @LoopActor
  private static func receive(
    _ call: Invocation, flags: MessageFlags,
    _ attempt: (borrowing Socket, inout OutputSpan<UInt8>, MessageFlags) throws(SystemError) -> IOResult
  ) async throws(CallFailure) -> CallResult {
    let socket = try call.socket(0)
    let length = try call.number(1, in: 0...maximumLength)
    let waits = try waits(socket, flags)
    let isStream = socket.facts?.type == .stream
    // A blocking MSG_WAITALL is made as several non-blocking calls.
    let waitsForAll = waits && isStream && flags.contains(.waitForAll) && !flags.contains(.peek)
    let callFlags = flags.subtracting(waitsForAll ? .waitForAll : []).union(.doNotWait)
    var received: [UInt8] = []
    var count = 0
    repeat {
      let (bytes, total) = try await Readiness.repeating(socket, "recv", for: events(flags), waits: waits) {
        () throws(SystemError) -> ([UInt8], Int)? in
        try socket.call("recv") { (socket) throws(SystemError) -> ([UInt8], Int)? in
          var moved: Int?
          let bytes = try [UInt8](capacity: length - received.count) {
            (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
            if case .moved(let count) = try attempt(socket, &buffer, callFlags) { moved = count }
          }
          return moved.map { (bytes, $0) }
        }
      }
      received += bytes
      count += total
      if total == 0 { break }
    } while waitsForAll && received.count < length
    let whole = count > received.count ? " of \(count)" : ""
    return CallResult(
      .number(count), values: [.bytes(received)], text: "\(received.count)\(whole) \(received.quoted)")
  }

  @LoopActor
  private static func receiveFrom(_ call: Invocation) async throws(CallFailure) -> CallResult {
    let socket = try call.socket(0)
    let length = try call.number(1, in: 0...maximumLength)
    let flags = try call.flags(2)
    let (bytes, count, peer) = try await Readiness.repeating(
      socket, "recvfrom", for: events(flags), waits: try waits(socket, flags)
    ) { () throws(SystemError) -> ([UInt8], Int, SocketAddress)? in
      try socket.call("recvfrom") { (socket) throws(SystemError) -> ([UInt8], Int, SocketAddress)? in
        var result: (Int, SocketAddress)?
        let bytes = try [UInt8](capacity: length) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
          if case .message(let count, let peer) = try socket.receiveFrom(into: &buffer, flags: flags.union(.doNotWait))
          {
            result = (count, peer)
          }
        }
        return result.map { (bytes, $0.0, $0.1) }
      }
    }
    let from = peer.length > 0 ? " from \(peer)" : ""
    let whole = count > bytes.count ? " of \(count)" : ""
    return CallResult(
      .number(count), values: [.bytes(bytes), .address(peer)], text: "\(bytes.count)\(whole) \(bytes.quoted)\(from)")
  }

  /// A message that `recvmsg` received.
  private struct Message: Sendable {
    /// The data, in as many pieces as there were lengths.
    var pieces: [[UInt8]]
    var bytes: [UInt8] { Array(pieces.joined()) }
    var count: Int
    var peer: SocketAddress
    var flags: MessageFlags
    var control: [ControlMessage]
    var descriptors: [CInt]
    /// `SCM_PIDFD`, as text.
    var processes: [String]
  }

  @LoopActor
  private static func receiveMessage(_ call: Invocation) async throws(CallFailure) -> CallResult {
    let socket = try call.socket(0)
    let sizes = try call.lengths(1)
    let isControlGiven = call.count > 2 ? try call.value(2).number != nil : false
    let room = isControlGiven ? try call.number(2, in: 0...65_536) : 512
    let flags = try call.flags(isControlGiven ? 3 : 2)
    let message = try await Readiness.repeating(
      socket, "recvmsg", for: events(flags), waits: try waits(socket, flags)
    ) { () throws(SystemError) -> Message? in
      try socket.call("recvmsg") { (socket) throws(SystemError) -> Message? in
        try receiveMessage(socket, sizes, room, flags.union(.doNotWait))
      }
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
    if socket.facts?.protocolNumber == .sctp, message.flags.contains(.notification) {
      parts.append(SCTPNotification(message.bytes).text)
    }
    let from = message.peer.length > 0 ? " from \(message.peer)" : ""
    let more = parts.isEmpty ? "" : " [" + parts.joined(separator: "; ") + "]"
    let first: ShellValue = sockets.count == 1 ? sockets[0] : .list(sockets)
    return CallResult(
      .number(message.count),
      values: [
        sizes.count == 1 ? .bytes(message.bytes) : .list(message.pieces.map { .bytes($0) }),
        sockets.isEmpty ? .address(message.peer) : first, .list(parts.map { .text($0) }),
      ],
      text: "\(message.bytes.count) \(message.pieces.map(\.quoted).joined(separator: " "))\(from)\(more)")
  }

  private static func receiveMessage(
    _ socket: borrowing Socket, _ sizes: [Int], _ room: Int, _ flags: MessageFlags
  ) throws(SystemError) -> Message? {
    var message: Message?
    let result = try socket.receiveMessage(into: sizes, controlCapacity: room, flags: flags) { received in
      var received = received
      let descriptors = received.descriptors.takeAll()
      var processes: [String] = []
      while let process = received.processDescriptors.takeProcess() { processes.append("SCM_PIDFD \(process.text)") }
      message = Message(
        pieces: [], count: received.count, peer: received.address, flags: received.flags, control: received.control,
        descriptors: descriptors, processes: processes)
    }
    if case .pieces(let pieces) = result { message?.pieces = pieces }
    return message
  }
}
