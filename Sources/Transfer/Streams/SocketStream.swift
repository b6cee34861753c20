import SocketLoop
import Sockets

/// A connected socket as a stream.
@LoopActor
package final class SocketStream: ByteStream {
  /// The socket.
  package let socket: AsyncSocket
  /// Reads and writes its bytes.
  private let bytes: DescriptorStream
  /// Control messages to send with the first byte written: descriptors, credentials.
  private var control: [ControlMessage] = []
  private var hasFinished = false
  /// Whether the user may have set `SO_LINGER`. With a time of 0, closing is meant to reset without waiting.
  package var mayResetByLinger = false
  /// Where the connection is from, if a proxy has said so.
  package var origin: ProxiedOrigin?

  /// Wraps a connection, and closes it in the end.
  package init(_ socket: AsyncSocket) {
    self.socket = socket
    bytes = DescriptorStream(socket)
  }

  /// Reports each message received from now on to an observer, on a connection that carries messages.
  package func report(to observer: MessageObserver) { bytes.report(to: observer) }

  /// Receives urgent data in line, and if the other socket can send it as such, lets it do so.
  ///
  /// Both pass their urgent data to each other.
  package func passUrgentData(to other: SocketStream) {
    for (stream, sink) in [(self, other), (other, self)] where stream.bytes.mayHaveMark {
      guard (try? stream.socket.socket.set(.outOfBandInline, to: true)) != nil, sink.bytes.mayHaveMark else { continue }
      stream.bytes.urgentSink = sink.bytes
    }
  }

  /// Sends control messages with the next byte written.
  package func attach(_ messages: [ControlMessage]) { control = messages }

  /// Sets what to call, once, if the kernel closes descriptors that a Unix peer passed.
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

  package func placeToRead() throws(LoopError) -> Suspension? { try socket.watch.readerSuspension() }
  package func placeToWrite() throws(LoopError) -> Suspension? { try socket.watch.writerSuspension() }
  package func failed() async throws(LoopError) { try await socket.watch.failed() }

  /// Shuts down the sending half, once.
  ///
  /// Calls `shutdown(2)`. `ENOTCONN` is not an error here: the peer has reset the connection, and the next read will
  /// say so.
  package func finish() throws(SystemError) {
    if hasFinished { return }
    hasFinished = true
    try? socket.socket.shutdown(socket.socket.traits.contains(.shutsDownBoth) ? .both : .sending)
  }

  package var pages: DescriptorStream? { control.isEmpty ? bytes : nil }
  package var socketStream: SocketStream? { self }
  package var facts: StreamFacts {
    StreamFacts(
      transport: socket.socket.transport,
      local: origin?.header.destination ?? (try? socket.socket.localAddress()), origin: origin)
  }
  package var keepsMessageBoundaries: Bool { bytes.keepsMessageBoundaries }
  package var longestMessage: Int? { socket.socket.largestMessage() }
  package var hasHalfClose: Bool { !socket.socket.traits.contains(.noHalfClose) }
  package var hasNoEnd: Bool { socket.socket.traits.contains(.messages) }
  package var held: Int { (try? socket.socket.unreadByteCount()) ?? 0 }

  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    defer { socket.close() }
    let linger: LingeringClose
    switch begin(closing, afterEnd: afterEnd) {
    case .done(let delivery): return delivery
    case .lingers(let begun): linger = begun
    }
    // In a separate task, because this one may already be cancelled.
    let delivery = await withTaskCancellationHandler {
      await Task(executorPreference: EventLoop.shared) { await linger.run() }.value
    } onCancel: {
      EventLoop.shared.perform { LoopActor.assumeIsolated { linger.hurry() } }
    }
    end(closing)
    return delivery
  }

  package func closeAtOnce(_ closing: StreamClosing, afterEnd: Bool) -> StreamDelivery? {
    let delivery: StreamDelivery
    switch begin(closing, afterEnd: afterEnd) {
    case .done(let result): delivery = result
    case .lingers(let linger):
      guard let result = linger.attempt() else { return nil }
      end(closing)
      delivery = result
    }
    socket.close()
    return delivery
  }

  private enum Beginning {
    case done(StreamDelivery)
    case lingers(LingeringClose)
  }

  private func begin(_ closing: StreamClosing, afterEnd: Bool) -> Beginning {
    let limit: Duration?
    var resets = true
    switch closing {
    case .atOnce: return .done(.acknowledged)
    case .abort:
      socket.abort()
      return .done(.acknowledged)
    case .delivered(let within): (limit, resets) = (within, false)
    case .aborted(let within): limit = within
    }
    if closesByReset { return .done(.acknowledged) }
    if !resets { try? finish() }
    return .lingers(LingeringClose(socket, peerHasEnded: afterEnd, resets: resets, until: .after(limit)))
  }

  /// Makes the close a reset, where it is to be one.
  private func end(_ closing: StreamClosing) {
    if case .aborted = closing { try? socket.socket.set(.linger, to: Duration.zero) }
  }

  private var closesByReset: Bool {
    mayResetByLinger && (try? socket.socket.get(.linger)) == .some(.some(.zero))
  }
}

extension AsyncSocket {
  /// Closes a connection with a reset, if the transport has one, so that the peer knows its data is incomplete, and no
  /// port stays in TIME_WAIT.
  package func abort() {
    try? socket.set(.linger, to: Duration.zero)
    close()
  }
}
