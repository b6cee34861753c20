import SocketLoop
import Sockets

/// A stream of bytes in both directions, or in one: everything that a ``Pump`` reads from or writes to.
///
/// Reads and writes never wait. After a would-block the caller waits at the place that the stream names, which is not
/// always the obvious one: a TLS read may have to wait until it can write.
///
/// A stream over another one (a layer) conforms to ``LayeredStream``, and defines only what it does differently.
@LoopActor
package protocol ByteStream: AnyObject, Sendable {
  // MARK: Bytes

  /// Reads what has come, and never waits; `.moved(0)` is the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult

  /// Writes what there is room for, and never waits.
  func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult

  /// Where to wait before reading again; nil if a read may succeed already.
  func placeToRead() throws(LoopError) -> Suspension?

  /// Where to wait before writing again; nil if a write may succeed already.
  func placeToWrite() throws(LoopError) -> Suspension?

  /// Waits until the stream fails although nobody reads from it: a reset, or a pipe whose reader is gone.
  func failed() async throws(LoopError)

  // MARK: Ends

  /// Ends the sending direction: a FIN, a close_notify, the end of a child's input.
  func finish() throws(SystemError)

  /// Tells the stream that no more will be read from it.
  func stopReading()

  /// Closes the stream, after which neither direction can be used.
  ///
  /// - Parameter afterEnd: whether the end of what it brings has been read.
  func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery

  // MARK: What is known of it

  /// The descriptor on which splice(2), sendfile(2) and recv(2) with `MSG_TRUNC` can move or discard the bytes; nil if
  /// they have to be copied, because a layer changes them or no descriptor carries them.
  var pages: DescriptorStream? { get }

  /// The socket at the bottom, below all layers; nil if there is none.
  var socketStream: SocketStream? { get }

  /// Whether one write is one read on the other side.
  var keepsMessageBoundaries: Bool { get }

  /// Cuts the stream into messages; nil if its reads do so already, or it has none.
  var messages: MessageReader? { get }

  /// How many bytes the stream has received already. When a transfer ends in good order these are still delivered,
  /// while what a file or a pipe holds is left for its next reader.
  var held: Int { get }

  /// How many bytes are left to read; nil if that cannot be known.
  var remaining: Int? { get }

  /// Whether the end of this stream ends the whole session, whatever the other side still has to say.
  var endIsFinal: Bool { get }
}

extension ByteStream {
  package func failed() async throws(LoopError) {
    do throws(WaitError) { try await Suspension().suspend() } catch { throw LoopError(error) }
  }
  package func finish() throws(SystemError) {}
  package func stopReading() {}
  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery { .acknowledged }
  package var pages: DescriptorStream? { nil }
  package var socketStream: SocketStream? { nil }
  /// The socket itself, for options and statistics.
  package var connection: AsyncSocket? { socketStream?.socket }
  package var keepsMessageBoundaries: Bool { false }
  package var messages: MessageReader? { nil }
  package var held: Int { 0 }
  package var remaining: Int? { nil }
  package var endIsFinal: Bool { false }
}

/// How a stream is closed.
package enum StreamClosing: Sendable, Equatable {
  /// In good order, once the peer has acknowledged what it was sent, or the time is up; nil waits for as long as it takes.
  case delivered(within: Duration?)
  /// By a reset, which tells the peer that something is missing. What was sent before is delivered first, within the time.
  case aborted(deliveringWithin: Duration?)
  /// By a reset, at once.
  case abort
  /// At once, as close(2) does it: there is nothing to deliver, or nobody to deliver it to.
  case atOnce
}

/// What closing a stream learned about the bytes that were sent.
package enum StreamDelivery: Sendable {
  /// The peer has acknowledged everything, or nobody counts.
  case acknowledged
  /// Time was up with this many bytes not acknowledged.
  case timedOut(unacknowledged: Int)
  case failed(SystemError)
}
