import SocketLoop
import Sockets

/// Datagrams for a connection that carries messages: an empty one would be the end there, and is left out.
@LoopActor
package final class WholeMessages: LayeredStream {
  package let base: any ByteStream

  package init(_ base: any ByteStream) { self.base = base }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    while true {
      let result = try base.read(into: buffer)
      guard case .moved(0) = result, !base.isAtEnd else { return result }
    }
  }
}
