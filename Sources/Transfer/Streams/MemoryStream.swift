import SocketLoop
import Sockets

/// A message in memory, such as one given on the command line. It is read once, then ends.
@LoopActor
package final class MemoryStream: SourceStream {
  private let bytes: [UInt8]
  private var position = 0

  /// A stream of these bytes.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    let count = min(buffer.count, held)
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<(position + count)]))
    }
    position += count
    return .moved(count)
  }

  package func placeToRead() throws(LoopError) -> Suspension? { nil }

  package var held: Int { bytes.count - position }
  package var remaining: Int? { held }
}
