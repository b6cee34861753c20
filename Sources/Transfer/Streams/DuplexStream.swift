import SocketLoop
import Sockets

/// Two descriptors as one stream: one is read, and the other is written to, as the pipes of a program, or the two ends
/// of a pipe of our own, which gives back what is written to it.
@LoopActor
package final class DuplexStream: ByteStream {
  private let input: DescriptorStream
  private let output: DescriptorStream

  /// A stream that reads from `input` and writes to `output`.
  package init(from input: DescriptorStream, to output: DescriptorStream) {
    self.input = input
    self.output = output
  }

  /// A stream that gives back what is written to it, over a pipe.
  package convenience init(echoingThrough pipe: consuming Pipe) throws(SystemError) {
    let (readEnd, writeEnd) = pipe.take()
    let output = try DescriptorStream(owning: OwnedDescriptor(adopting: writeEnd))
    self.init(from: try DescriptorStream(owning: OwnedDescriptor(adopting: readEnd)), to: output)
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    try input.read(into: buffer)
  }
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult { try output.write(bytes) }
  package func placeToRead() throws(LoopError) -> Suspension? { try input.placeToRead() }
  package func placeToWrite() throws(LoopError) -> Suspension? { try output.placeToWrite() }
  package func failed() async throws(LoopError) { try await output.failed() }
  package func finish() throws(SystemError) { try output.finish() }
  package var pages: DescriptorStream? { input }
  package var pagesToWrite: DescriptorStream? { output }

  /// Whether nothing reads any more what is written to it.
  package var hasNoReader: Bool { output.hasNoReader }

  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    _ = await output.close(closing, afterEnd: afterEnd)
    return await input.close(closing, afterEnd: afterEnd)
  }
}
