import SocketLoop
import Sockets

/// A stream on top of another, such as TLS over TCP. It defines what it does differently, and forwards everything else.
///
/// It has neither ``ByteStream/pages`` nor ``ByteStream/messages``, which would bypass it: to transform bytes, a layer needs
/// them in user space. Most layers define `read` and `write`, the places to wait for each if they differ from those of the
/// base, `finish` and `close`, and what they hold.
@LoopActor
package protocol LayeredStream: ByteStream {
  /// The stream below.
  var base: any ByteStream { get }
}

extension LayeredStream {
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    try base.read(into: buffer)
  }
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult { try base.write(bytes) }
  package func placeToRead() throws(LoopError) -> Suspension? { try base.placeToRead() }
  package func placeToWrite() throws(LoopError) -> Suspension? { try base.placeToWrite() }
  package func failed() async throws(LoopError) { try await base.failed() }
  package func finish() throws(SystemError) { try base.finish() }
  package func wroteAll() throws(SystemError) { try base.wroteAll() }
  package func stopReading() { base.stopReading() }
  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    await base.close(closing, afterEnd: afterEnd)
  }
  package var socketStream: SocketStream? { base.socketStream }
  package var facts: StreamFacts { base.facts }
  package var security: TLSFacts? { base.security }
  package var failure: StreamFailure? { base.failure }
  package var keepsMessageBoundaries: Bool { base.keepsMessageBoundaries }
  package var longestMessage: Int? { base.longestMessage }
  package var hasHalfClose: Bool { base.hasHalfClose }
  package var hasNoEnd: Bool { base.hasNoEnd }
  package var isAtEnd: Bool { base.isAtEnd }
  package var held: Int { base.held }
  package var remaining: Int? { base.remaining }
  package var endIsFinal: Bool { base.endIsFinal }
  package var mayStopReading: Bool { base.mayStopReading }
  package func failureAtEnd() async -> SystemError? { await base.failureAtEnd() }
}
