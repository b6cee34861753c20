import SocketLoop
import Sockets

/// What a receiving call got: bytes, and what came with them.
struct Reception: Sendable {
  var bytes: [UInt8] = []
  /// What the call returned: with `MSG_TRUNC` more than the bytes that fitted.
  var count = 0
  /// The sender; nil for a call that does not tell it.
  var peer: SocketAddress?
  var flags: MessageFlags = []
  var control: [ControlMessage] = []
  var descriptors: [CInt] = []
  /// `SCM_PIDFD`, as text.
  var processes: [String] = []

  /// ` from 127.0.0.1:40000`; empty for a peer without a name.
  var from: String {
    guard let peer, peer.length > 0 else { return "" }
    return " from \(peer)"
  }

  /// A call that returns only bytes; nil if it would block.
  static func bytes(
    upTo length: Int, _ body: (inout OutputSpan<UInt8>) throws(SystemError) -> IOResult
  ) throws(SystemError) -> Reception? {
    var result = IOResult.wouldBlock
    let bytes = try [UInt8](capacity: length) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      result = try body(&buffer)
    }
    guard case .moved(let count) = result else { return nil }
    return Reception(bytes: bytes, count: count)
  }

  /// One message without waiting, into buffers of these sizes; nil if none has come.
  static func message(
    _ socket: borrowing Socket, into sizes: [Int], control room: Int, _ flags: MessageFlags
  ) throws(SystemError) -> Reception? {
    var message: Reception?
    let result = try socket.receiveMessage(into: sizes, controlCapacity: room, flags: flags) { received in
      var received = received
      var next = Reception(
        count: received.count, peer: received.address, flags: received.flags, control: received.control,
        descriptors: received.descriptors.takeAll())
      while let process = received.processDescriptors.takeProcess() {
        next.processes.append("SCM_PIDFD \(process.text)")
      }
      message = next
    }
    if case .pieces(let pieces) = result { message?.bytes = Array(pieces.joined()) }
    return message
  }

  /// Adds the next part of a stream.
  private mutating func append(_ next: Reception) {
    let (earlier, total) = (bytes, count)
    self = next
    bytes = earlier + next.bytes
    count += total
  }

  /// Whether the kernel ends a call here: what came with this part belongs to no other one.
  private var isBoundary: Bool { !descriptors.isEmpty }
}

@LoopActor
extension Reception {
  /// The largest buffer.
  private static let maximumLength = 16 << 20

  /// Receives as in C: from a blocking stream until `SO_RCVLOWAT` is reached, or with `MSG_WAITALL` all of the length.
  ///
  /// - Parameters:
  ///   - length: of all the buffers; nil for the call's second argument.
  ///   - attempt: one call without waiting, for a length, with these flags.
  init(
    _ call: Invocation, flags: MessageFlags, length: Int? = nil,
    _ attempt: (borrowing Socket, Int, MessageFlags) throws(SystemError) -> Reception?
  ) async throws(CallFailure) {
    let socket = try call.socket(0)
    let length = if let length { length } else { try call.number(1, in: 0...Self.maximumLength) }
    let name = call.statement.command
    let isUrgent = flags.contains(.outOfBand)
    let transfer = BlockingTransfer(
      socket: socket, name: name, events: isUrgent ? .urgent : .readable, waits: try Self.waits(socket, flags))
    var target = 0
    if transfer.waits, !isUrgent, socket.isByteStream {
      target = min(length, flags.contains(.waitForAll) ? length : socket.lowWaterMark)
    }
    if flags.contains(.peek), target > 1 {
      try await socket.waitForUnread(target)
      target = 0
    }
    var whole = Reception()
    try await transfer.move(target) { (done) throws(SystemError) -> Int? in
      if whole.isBoundary { return 0 }
      let part = try socket.call(name) { (socket) throws(SystemError) -> Reception? in
        // MSG_WAITALL is made of several calls.
        try attempt(socket, length - done, flags.subtracting(target > 0 ? .waitForAll : []).union(.doNotWait))
      }
      guard let part else { return nil }
      // The end of the stream has nothing to add to what came before it.
      if done == 0 || part.count > 0 { whole.append(part) }
      return part.count
    }
    self = whole
  }

  private static func waits(_ socket: ShellSocket, _ flags: MessageFlags) throws(CallFailure) -> Bool {
    if flags.contains(.doNotWait) || flags.contains(.errorQueue) { return false }
    return try Call.system { () throws(SystemError) in try socket.isBlocking() }
  }
}

@LoopActor
extension ShellSocket {
  /// `SO_RCVLOWAT`: how many bytes a blocking call on a stream waits for.
  fileprivate var lowWaterMark: Int {
    guard let option = SocketOption.named("SO_RCVLOWAT") else { return 1 }
    let value = try? call("getsockopt") { (socket) throws(SystemError) in try socket.value(of: option) }
    return max(1, value?.number ?? 1)
  }

  /// Waits until so many bytes can be peeked at, or no more will come, as a blocking call with `MSG_PEEK` does.
  ///
  /// A Unix socket does not wait. No event tells how many bytes there are, so look again and again.
  fileprivate func waitForUnread(_ count: Int) async throws(CallFailure) {
    guard facts?.family != .unix else { return }
    let limit = deadline(.readable)
    while (unreadByteCount ?? count) < count, MonotonicTime.now < limit {
      let ended =
        (try? call("poll") { (socket) throws(SystemError) in
          try socket.wait(for: .peerEnded, timeout: .zero).isDisjoint(with: [.peerEnded, .hungUp, .error]) == false
        })
      if ended ?? true { return }
      do throws(WaitError) {
        try await EventLoop.sleep(until: min(limit, .after(.milliseconds(5))))
      } catch {
        // Ctrl-C: a call that has something to show returns it.
        if unreadByteCount ?? 0 == 0 { throw .cancelled }
        return
      }
    }
  }
}
