import SocketLoop
import Sockets

/// A kernel service, such as a digest of `AF_ALG`, as a stream: write the request, call ``finish()``, then read the
/// single answer.
@LoopActor
package final class KernelServiceStream: ByteStream {
  private let socket: AsyncSocket
  private var isAsked = false
  private var isAnswered = false
  private let request = Suspension()

  /// A service, over a request socket that accept(2) returned.
  package init(_ socket: AsyncSocket) { self.socket = socket }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    if !isAsked { return .wouldBlock }
    if isAnswered { return .moved(0) }
    isAnswered = true
    // The kernel computes the answer within the call, so there is nothing to wait for.
    return try Descriptor(socket.socket.descriptor).read(into: buffer)
  }

  /// Sends a part of the request, with `MSG_MORE`. Reading the answer ends the request.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    try Descriptor(socket.socket.descriptor).sendPart(bytes)
  }

  package func placeToRead() throws(LoopError) -> Suspension? { isAsked ? nil : request }
  package func placeToWrite() throws(LoopError) -> Suspension? { try socket.watch.writerSuspension() }

  package func finish() throws(SystemError) {
    isAsked = true
    request.resume()
  }

  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    socket.close()
    return .acknowledged
  }
}
