import SocketLoop
import Sockets

/// A stream that is only read, such as a message in memory or the lines of a console.
@LoopActor
package protocol SourceStream: ByteStream {}

extension SourceStream {
  /// Fails with `EBADF`, as on a descriptor that is open for reading only.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    throw SystemError(call: "write", number: .badDescriptor)
  }

  package func closeAtOnce(_ closing: StreamClosing, afterEnd: Bool) -> StreamDelivery? { .acknowledged }

  package func placeToWrite() throws(LoopError) -> Suspension? { nil }
}
