import SocketLoop
import Sockets

/// A connected socket as a stream.
@LoopActor
package final class SocketStream: ByteStream {
  /// The socket.
  package let socket: AsyncSocket
  /// Its bytes.
  private let bytes: DescriptorStream
  /// What goes beside the first byte that is written: descriptors, credentials.
  private var control: [ControlMessage] = []
  private var hasFinished = false
  /// Whether its user has set `SO_LINGER`: with a time of 0, closing is meant to reset, and nothing is waited for.
  package var mayResetByLinger = false

  /// A connection, which it closes.
  package init(_ socket: AsyncSocket) {
    self.socket = socket
    bytes = DescriptorStream(socket)
  }

  /// Tells an observer of each message that is received from now on, if the connection carries messages.
  package func report(to observer: MessageObserver) { bytes.report(to: observer) }

  /// Sends control messages with the first byte of what is written next.
  package func attach(_ messages: [ControlMessage]) { control = messages }

  /// Is told, once, that the peer has passed descriptors, which the kernel closed; for Unix sockets.
  package func onLostDescriptors(_ report: @escaping @LoopActor () -> Void) { bytes.didLoseDescriptors = report }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    try bytes.read(into: buffer)
  }

  package func write(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    if control.isEmpty { return try bytes.write(buffer) }
    let result = try socket.socket.sendMessage([UInt8](buffer).span, control: control, flags: .doNotWait)
    if case .moved = result { control = [] }
    return result
  }

  /// Sends urgent data (`MSG_OOB`).
  func writeUrgent(_ buffer: [UInt8]) throws(SystemError) -> IOResult {
    try socket.socket.send(buffer.span, flags: [.outOfBand, .doNotWait])
  }

  package func placeToRead() throws(LoopError) -> Suspension? { try socket.watch.placeForReader() }
  package func placeToWrite() throws(LoopError) -> Suspension? { try socket.watch.placeForWriter() }
  package func failed() async throws(LoopError) { try await socket.watch.failed() }

  /// Shuts the sending half down, once.
  ///
  /// Calls `shutdown(2)`. `ENOTCONN` is not an error here: the peer has reset the connection, and the next read tells.
  package func finish() throws(SystemError) {
    if hasFinished { return }
    hasFinished = true
    try? socket.socket.shutdown(socket.socket.traits.contains(.shutsDownBoth) ? .both : .sending)
  }

  package var pages: DescriptorStream? { control.isEmpty ? bytes : nil }
  package var socketStream: SocketStream? { self }
  package var keepsMessageBoundaries: Bool { bytes.keepsMessageBoundaries }
  package var held: Int { (try? socket.socket.unreadByteCount()) ?? 0 }

  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    defer { socket.close() }
    let limit: Duration?
    var resets = true
    switch closing {
    case .atOnce: return .acknowledged
    case .abort:
      socket.abort()
      return .acknowledged
    case .delivered(let within): (limit, resets) = (within, false)
    case .aborted(let within): limit = within
    }
    if closesByReset { return .acknowledged }
    if !resets { try? finish() }
    let linger = LingeringClose(connection: socket, peerHasEnded: afterEnd, resets: resets)
    // A task of its own: ours may be cancelled already.
    let delivery = await Task(executorPreference: EventLoop.shared) { await linger.run(until: .after(limit)) }.value
    if resets { try? socket.socket.set(.linger, to: Duration.zero) }
    return delivery
  }

  private var closesByReset: Bool {
    mayResetByLinger && (try? socket.socket.get(.linger)) == .some(.some(.zero))
  }
}

extension AsyncSocket {
  /// Closes a connection by a reset, if the transport has one, so that the peer does not take what it got for all that was
  /// to come, and no port is left in TIME_WAIT.
  package func abort() {
    try? socket.set(.linger, to: Duration.zero)
    close()
  }
}
