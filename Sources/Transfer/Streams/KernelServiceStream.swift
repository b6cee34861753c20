import SocketLoop
import Sockets

/// A service of the kernel, such as a digest of `AF_ALG`, as a stream: the request is written, and ``finish()`` asks for the
/// one answer.
@LoopActor
package final class KernelServiceStream: ByteStream {
  private let socket: AsyncSocket
  private var isAsked = false
  private var isAnswered = false
  private let request = Suspension()

  /// A service whose socket has accepted a request.
  package init(_ socket: AsyncSocket) { self.socket = socket }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    if !isAsked { return .wouldBlock }
    if isAnswered { return .moved(0) }
    isAnswered = true
    // The kernel computes within the call: there is nothing to wait for.
    return try Descriptor(socket.socket.descriptor).read(into: buffer)
  }

  /// `MSG_MORE` says that the request goes on; reading the answer ends it.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    try Descriptor(socket.socket.descriptor).sendPart(bytes)
  }

  package func placeToRead() throws(LoopError) -> Suspension? { isAsked ? nil : request }
  package func placeToWrite() throws(LoopError) -> Suspension? { try socket.watch.placeForWriter() }

  package func finish() throws(SystemError) {
    isAsked = true
    request.resume()
  }

  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    socket.close()
    return .acknowledged
  }
}
