import SocketLoop
import Sockets

/// A Unix connection of a relay that passes on descriptors: what comes with a piece of data goes with it to the other
/// side.
///
/// A read never goes past a message with descriptors, so that they stay with their bytes. It copies: splice(2) leaves
/// descriptors behind.
@LoopActor
package final class DescriptorPassingStream: LayeredStream {
  package let base: any ByteStream
  private let socket: SocketStream
  private let partner: SocketStream
  /// The descriptors that go with the next write of the partner. The kernel has copies of its own after that.
  private var passing: ReceivedDescriptors?
  /// Called with the number of descriptors that were lost, because too many were open here.
  package var didLose: @LoopActor () -> Void = {}

  /// - Parameter partner: the socket to which what is read from this one is written.
  package init(_ socket: SocketStream, to partner: SocketStream) {
    self.socket = socket
    self.partner = partner
    base = socket
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    // What was read before has been written by now.
    passing = nil
    var received: ReceivedDescriptors?
    var isOver = true
    let bytes = try [UInt8](capacity: buffer.count) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
      let reception = try socket.socket.socket.receiveMessage(
        into: &output, controlCapacity: ControlMessage.spaceForDescriptors, flags: .doNotWait)
      switch consume reception {
      case .wouldBlock: isOver = false
      case .message(var message):
        if message.flags.contains(.controlTruncated) { didLose() }
        if !message.descriptors.isEmpty { received = message.descriptors.move() }
      }
    }
    if bytes.isEmpty, !isOver { return .wouldBlock }
    if let descriptors = received.take() {
      partner.attach([.descriptors(descriptors.numbers)])
      passing = consume descriptors
    }
    buffer.copyBytes(from: bytes)
    return .moved(bytes.count)
  }
}
