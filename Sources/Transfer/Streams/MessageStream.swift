import SocketLoop
import Sockets

/// A byte stream split into messages, for a connection that keeps message boundaries.
@LoopActor
package final class MessageStream: SourceStream {
  package let messages: MessageReader?

  /// A stream of the messages of `reader`.
  package init(_ reader: MessageReader) { messages = reader }

  /// Fails: it is read through ``messages``.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    throw SystemError(call: "read", number: .notSupported)
  }

  package func placeToRead() throws(LoopError) -> Suspension? { nil }

  package var remaining: Int? { messages?.isIncomplete == true ? 1 : nil }
}
