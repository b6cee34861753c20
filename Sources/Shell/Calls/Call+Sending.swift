import SocketLoop
import Sockets

extension Call {
  /// Sending.
  static let sending: [Call] = [
    Call(
      "send", "SOCKET DATA [FLAGS]", "sends to the peer; a stream takes all of it, unless it may not wait"
    ) {
      (call: Invocation) async throws(CallFailure) -> Returned in
      let flags = try call.flags(2)
      return try await send(call, flags: flags) { (socket, bytes) throws(SystemError) in
        try socket.send(bytes, flags: flags.union(.doNotWait))
      }
    },
    Call("sendto", "SOCKET DATA FLAGS ADDRESS", "sends a datagram to an address; FLAGS 0 for none") {
      (call: Invocation) async throws(CallFailure) -> Returned in
      let flags = try call.flags(2)
      let address = try await call.address(3, for: try call.socket(0))
      return try await send(call, flags: flags) { (socket, bytes) throws(SystemError) in
        try socket.send(bytes, to: address, flags: flags.union(.doNotWait))
      }
    },
    Call("write", "SOCKET DATA", "sends as to a file: send without flags") {
      (call: Invocation) async throws(CallFailure) -> Returned in
      try await send(call, flags: []) { (socket, bytes) throws(SystemError) in
        // write(2) has no flag for a single call that does not wait.
        try withoutBlocking(socket) { (socket) throws(SystemError) in try socket.write(bytes) }
      }
    },
    Call(
      "sendmsg", "SOCKET DATA [MORE…]",
      "sends with control messages: to:ADDRESS, SCM_RIGHTS:SOCKET,…, SCM_CREDENTIALS:PID,UID,GID, IP_TTL:N, IP_TOS:N, "
        + "IP_PKTINFO:ADDRESS@INTERFACE (either part, or both), IPV6_…, UDP_SEGMENT:N, SO_MARK:N, FLAGS"
    ) { (call: Invocation) async throws(CallFailure) -> Returned in
      let message = try await OutgoingMessage(call)
      return try await send(call, flags: message.flags) { (socket, bytes) throws(SystemError) in
        try socket.sendMessage(
          bytes, to: message.address, control: message.control, flags: message.flags.union(.doNotWait))
      }
    },
  ]

  /// Makes a call without flags as one that does not wait, whatever the socket's mode.
  static func withoutBlocking<Result>(
    _ socket: borrowing Socket, _ body: (borrowing Socket) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    let mode = try socket.blockingMode()
    if mode == .blocking { try socket.setBlockingMode(.nonBlocking) }
    defer { if mode == .blocking { try? socket.setBlockingMode(.blocking) } }
    return try body(socket)
  }

  /// As C has it: on a stream that blocks, until all is sent; else one attempt, after a wait where the socket blocks.
  @LoopActor
  private static func send(
    _ call: Invocation, flags: MessageFlags,
    _ attempt: (borrowing Socket, Span<UInt8>) throws(SystemError) -> IOResult
  ) async throws(CallFailure) -> Returned {
    let socket = try call.socket(0)
    let bytes = try call.data(1)
    let isBlocking = try system { () throws(SystemError) in try socket.isBlocking() }
    let waits = isBlocking && !flags.contains(.doNotWait)
    let isStream = socket.facts?.type == .stream
    var sent = 0
    repeat {
      do throws(CallFailure) {
        sent += try await Readiness.repeating(socket, "send", for: .writable, waits: waits) {
          () throws(SystemError) -> Int? in
          try socket.call("send") { (socket) throws(SystemError) -> Int? in
            guard case .moved(let count) = try attempt(socket, bytes.span.extracting(sent...)) else { return nil }
            return count
          }
        }
      } catch {
        // A time limit (SO_SNDTIMEO) after a part was sent: the part counts.
        guard case .system(let error) = error, error.number == .wouldBlock, sent > 0 else { throw error }
        break
      }
    } while isStream && waits && sent < bytes.count
    return Returned(.number(sent), text: "\(sent)")
  }
}

/// What stands behind the data of `sendmsg`.
@LoopActor
struct OutgoingMessage {
  var address: SocketAddress?
  var control: [ControlMessage] = []
  var flags: MessageFlags = []

  init(_ call: Invocation) async throws(CallFailure) {
    let socket = try call.socket(0)
    for index in 2..<max(2, call.count) {
      if case .address(let address) = try call.value(index) {
        self.address = address
        continue
      }
      let word = try call.word(index)
      // `NAME:VALUE`, and `NAME=VALUE` for those who write it so.
      let parts = word.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == ":" || $0 == "=" }.map(String.init)
      guard parts.count == 2 else {
        flags.formUnion(try call.flags(index))
        continue
      }
      if parts[0] == "to" {
        address = try await Self.address(parts[1], call, index, socket)
      } else {
        control.append(try Self.controlMessage(parts[0].uppercased(), parts[1], call, index))
      }
    }
  }

  private static func address(
    _ text: String, _ call: Invocation, _ index: Int, _ socket: ShellSocket
  ) async throws(CallFailure) -> SocketAddress {
    var statement = call.statement
    statement.arguments[index].kind = .word(text)
    return try await Invocation(statement: statement, interpreter: call.interpreter).address(index, for: socket)
  }

  private static func controlMessage(
    _ name: String, _ value: String, _ call: Invocation, _ index: Int
  ) throws(CallFailure) -> ControlMessage {
    if name == "SCM_RIGHTS" {
      var descriptors: [CInt] = []
      for part in value.split(separator: ",") {
        if case .socket(let socket)? = call.interpreter.value(of: String(part)) {
          descriptors.append(socket.number)
        } else if let number = CInt(part), number >= 0 {
          descriptors.append(number)
        } else {
          throw call.misuse("SCM_RIGHTS: '\(part)' is no socket and no descriptor's number", at: index)
        }
      }
      return .descriptors(descriptors)
    }
    guard let form = ControlMessage.forms.first(where: { $0.name == name }) else {
      let names = ["SCM_RIGHTS"] + ControlMessage.forms.map(\.name) + ["to"]
      let nearest = NearestName.find(name, among: names)
      throw call.misuse(
        "no control message '\(name)'"
          + (nearest.map { ": did you mean \($0)?" } ?? ": there are \(names.joined(separator: ", "))"),
        at: index)
    }
    guard let message = form.parse(value) else {
      throw call.misuse("\(name): '\(value)' is not \(form.expectation)", at: index)
    }
    return message
  }
}
