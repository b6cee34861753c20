import SocketLoop
import Sockets

/// A stream whose beginning has been read already, and is read again.
@LoopActor
package final class BegunStream: LayeredStream {
  package let base: any ByteStream
  private let beginning: MemoryStream

  package init(_ beginning: [UInt8], of base: any ByteStream) {
    self.base = base
    self.beginning = MemoryStream(beginning)
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    beginning.held > 0 ? try beginning.read(into: buffer) : try base.read(into: buffer)
  }

  package func placeToRead() throws(LoopError) -> Suspension? { beginning.held > 0 ? nil : try base.placeToRead() }

  package var held: Int { beginning.held + base.held }
  package var remaining: Int? { base.remaining.map { $0 + beginning.held } }
}
