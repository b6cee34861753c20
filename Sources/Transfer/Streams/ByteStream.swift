import SocketLoop
import Sockets

/// A stream of bytes, in one or both directions: anything that a ``Pump`` can read from or write to.
///
/// Reads and writes never block. After `wouldBlock`, the caller waits at the place that the stream names, which is not
/// always the obvious one: a TLS read may have to wait until the socket is writable.
///
/// A stream on top of another (a layer) conforms to ``LayeredStream`` and defines only what it does differently.
@LoopActor
package protocol ByteStream: AnyObject, Sendable {
  // MARK: Bytes

  /// Reads what has arrived, without blocking. `.moved(0)` means the end of the stream.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult

  /// Writes as much as there is room for, without blocking.
  func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult

  /// Where to wait before reading again; nil if a read may succeed now.
  func placeToRead() throws(LoopError) -> Suspension?

  /// Where to wait before writing again; nil if a write may succeed now.
  func placeToWrite() throws(LoopError) -> Suspension?

  /// Waits until the stream fails, without reading from it: a reset, or a pipe whose reader is gone.
  func failed() async throws(LoopError)

  // MARK: Ends

  /// Ends the sending direction: with a FIN, a close_notify, or the end of a child's input.
  func finish() throws(SystemError)

  /// Tells the stream that everything has been written to it, even if its sending direction stays open.
  ///
  /// - Throws: if it is no whole.
  func wroteAll() throws(SystemError)

  /// Tells the stream that nothing more will be read from it.
  func stopReading()

  /// Closes the stream in both directions.
  ///
  /// - Parameter afterEnd: whether it has been read to its end.
  func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery

  /// Closes the stream in both directions if that takes no waiting; otherwise returns nil, and ``close(_:afterEnd:)`` is
  /// to be called.
  func closeAtOnce(_ closing: StreamClosing, afterEnd: Bool) -> StreamDelivery?

  // MARK: Properties

  /// The descriptor for splice(2), sendfile(2) and recv(2) with `MSG_TRUNC`; nil if bytes must be copied, because a
  /// layer transforms them or because they do not come from a descriptor.
  var pages: DescriptorStream? { get }

  /// The same for what is written to the stream, if that is another descriptor.
  var pagesToWrite: DescriptorStream? { get }

  /// The socket at the bottom, below all layers; nil if there is none.
  var socketStream: SocketStream? { get }

  /// What events report about the stream.
  var facts: StreamFacts { get }

  /// What was agreed on with the peer, if a layer protects the stream; nil if none does.
  var security: TLSFacts? { get }

  /// Why a layer failed, once a call has; nil if the errno of the call says it.
  var failure: StreamFailure? { get }

  /// Whether one write arrives as one read at the other end.
  var keepsMessageBoundaries: Bool { get }

  /// The longest message that can be written, where that is limited and known; nil otherwise.
  var longestMessage: Int? { get }

  /// Whether one direction can end before the other. Where it cannot, ``finish()`` would end both, or does nothing.
  var hasHalfClose: Bool { get }

  /// Whether it carries datagrams, whose sender never ends, and cannot be told that we do.
  var hasNoEnd: Bool { get }

  /// After a read that moved nothing: whether that was the end, and not an empty datagram.
  var isAtEnd: Bool { get }

  /// Splits the stream into messages; nil if each read already returns one message, or if there are no messages.
  var messages: MessageReader? { get }

  /// How many unread bytes the stream has already received. An orderly end still delivers these, while the contents of
  /// a file or a pipe are left for its next reader.
  var held: Int { get }

  /// How many bytes are left to read; nil if unknown.
  var remaining: Int? { get }

  /// Whether the end of this stream ends the whole session, even if the other side has more to send.
  var endIsFinal: Bool { get }

  /// Whether it may stop reading before all has been written to it, without that being a failure, as a program may.
  var mayStopReading: Bool { get }

  /// Called at the end of the stream: the failure that brought it about, or nil if the stream ended in good order.
  func failureAtEnd() async -> SystemError?
}

extension ByteStream {
  package func failed() async throws(LoopError) {
    do throws(WaitError) { try await Suspension().suspend() } catch { throw LoopError(error) }
  }
  package func finish() throws(SystemError) {}
  package func wroteAll() throws(SystemError) {}
  package func stopReading() {}
  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery { .acknowledged }
  package func closeAtOnce(_ closing: StreamClosing, afterEnd: Bool) -> StreamDelivery? { nil }
  package var pages: DescriptorStream? { nil }
  package var pagesToWrite: DescriptorStream? { pages }
  package var socketStream: SocketStream? { nil }
  package var facts: StreamFacts { StreamFacts() }
  package var security: TLSFacts? { nil }
  package var failure: StreamFailure? { nil }
  /// The socket itself, for options and statistics.
  package var connection: AsyncSocket? { socketStream?.socket }
  package var keepsMessageBoundaries: Bool { false }
  package var longestMessage: Int? { nil }
  package var hasHalfClose: Bool { true }
  package var hasNoEnd: Bool { false }
  package var isAtEnd: Bool { !hasNoEnd }
  package var messages: MessageReader? { nil }
  package var held: Int { 0 }
  package var remaining: Int? { nil }
  package var endIsFinal: Bool { false }
  package var mayStopReading: Bool { false }
  package func failureAtEnd() async -> SystemError? { nil }

  /// Closes the stream with a reset, without waiting for anything.
  package func abort() {
    if closeAtOnce(.abort, afterEnd: false) != nil { return }
    Task(executorPreference: EventLoop.shared) { await self.close(.abort, afterEnd: false) }
  }
}

/// How a stream is closed.
package enum StreamClosing: Sendable, Equatable {
  /// An orderly close, once the peer has acknowledged everything or the time is up; nil for no limit.
  case delivered(within: Duration?)
  /// A reset, which tells the peer that data is missing, after delivering what was already sent, within the time limit.
  case aborted(deliveringWithin: Duration?)
  /// A reset, immediately.
  case abort
  /// A plain close(2), immediately: there is nothing to deliver, or the peer is gone.
  case atOnce
}

/// What became of the sent bytes, as far as closing the stream could tell.
package enum StreamDelivery: Sendable {
  /// The peer has acknowledged everything, or this kind of stream has no acknowledgements.
  case acknowledged
  /// The time limit passed with this many bytes unacknowledged.
  case timedOut(unacknowledged: Int)
  case failed(SystemError)
}

/// What events report about a stream.
package struct StreamFacts: Sendable {
  /// The transport below all layers.
  package var transport: Transport?
  /// Our own address; with a proxy in between, the address that its client connected to.
  package var local: SocketAddress?
  /// Where the connection is from, if a proxy has said so.
  package var origin: ProxiedOrigin?

  package init(transport: Transport? = nil, local: SocketAddress? = nil, origin: ProxiedOrigin? = nil) {
    self.transport = transport
    self.local = local
    self.origin = origin
  }
}
