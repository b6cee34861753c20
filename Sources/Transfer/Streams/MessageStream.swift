import SocketLoop
import Sockets

/// A stream of bytes, cut into messages for a connection that keeps their boundaries.
@LoopActor
package final class MessageStream: ByteStream {
  package let messages: MessageReader?

  /// The messages that `reader` cuts.
  package init(_ reader: MessageReader) { messages = reader }

  /// It is read by messages.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    throw SystemError(call: "read", number: .notSupported)
  }

  /// It is not for writing.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    throw SystemError(call: "write", number: .badDescriptor)
  }

  package func placeToRead() throws(LoopError) -> Suspension? { nil }
  package func placeToWrite() throws(LoopError) -> Suspension? { nil }

  package var remaining: Int? { messages?.isIncomplete == true ? 1 : nil }
}
