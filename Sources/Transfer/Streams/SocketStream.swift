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
    StreamFacts(transport: socket.socket.transport, local: try? socket.socket.localAddress())
  }
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
    // In a separate task, because this one may already be cancelled.
    let delivery = await Task(executorPreference: EventLoop.shared) { await linger.run(until: .after(limit)) }.value
    if resets { try? socket.socket.set(.linger, to: Duration.zero) }
    return delivery
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

/// Closes a connection without destroying anything we sent, and finds out whether all of it arrived.
///
/// A TCP socket that is closed with unread data, or that receives data after the close, sends a reset, and a reset can
/// destroy data that the peer has not read yet. So our half is shut down first, and incoming data is discarded until
/// the peer has acknowledged everything (`SIOCOUTQ` is 0, FIN included).
@LoopActor
struct LingeringClose {
  let connection: AsyncSocket
  /// Whether the peer's end has been read.
  var peerHasEnded: Bool
  /// Whether the connection is to be reset, instead of getting a FIN, once everything is acknowledged.
  var resets = false

  func run(until limit: MonotonicTime) async -> StreamDelivery {
    let countsUnacknowledged = connection.socket.countsUnacknowledged()
    let closesByHandshake = connection.socket.traits.contains(.closesByHandshake)
    var hasEnded = peerHasEnded
    var pause = Duration.milliseconds(1)
    while true {
      do throws(SystemError) {
        // Where the kernel does not count unacknowledged bytes (Unix sockets), leaving data unread causes the reset.
        if resets, !countsUnacknowledged { return .acknowledged }
        if !hasEnded { hasEnded = try discardSome() }
        if closesByHandshake {
          // SCTP completes the shutdown once everything has arrived, and aborts if any of the peer's data is unread.
          if hasEnded || connection.socket.associationHasEnded() { return .acknowledged }
          if MonotonicTime.now >= limit { return .timedOut(unacknowledged: 0) }
          try? await connection.watch.readable(until: min(limit, .after(pause)))
          pause = min(pause * 2, .milliseconds(50))
          continue
        }
        // A Unix peer keeps what it was sent whatever we do next; only our unread data had to be drained.
        if !countsUnacknowledged { return .acknowledged }
        if let error = try connection.socket.pendingError() {
          return .failed(SystemError(call: "send", number: error))
        }
        let unacknowledged = try connection.socket.unacknowledgedByteCount()
        if unacknowledged == 0 { return .acknowledged }
        if MonotonicTime.now >= limit { return .timedOut(unacknowledged: unacknowledged) }
      } catch {
        return .failed(error)
      }
      // No event announces an acknowledgement, so poll, at growing intervals.
      try? await connection.watch.readable(until: min(limit, .after(pause)))
      pause = min(pause * 2, .milliseconds(50))
    }
  }

  /// Reads and drops what has arrived, up to a bound, so that a peer that sends as fast as we discard can hold up
  /// neither the loop nor the time limit.
  ///
  /// - Returns: true once the peer has ended.
  private func discardSome() throws(SystemError) -> Bool {
    let descriptor = Descriptor(connection.socket.descriptor)
    let canDiscard = connection.socket.protocolNumber == .tcp && connection.socket.type == .stream
    let scratch = RawBuffer(count: canDiscard ? 1 : 65_536)
    defer { extendLifetime(scratch) }
    for _ in 0..<16 {
      let result =
        canDiscard
        ? try descriptor.discardWithoutWaiting(upTo: 1 << 30)
        : try descriptor.receiveWithoutWaiting(into: scratch.bytes)
      switch result {
      case .moved(0): return true
      case .moved: continue
      case .wouldBlock: return false
      }
    }
    return false
  }
}
