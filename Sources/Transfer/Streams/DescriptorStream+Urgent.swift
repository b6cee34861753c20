import SocketLoop
import Sockets

// Urgent data that stays urgent on its way through a relay. Both sockets receive it in line, so that nothing is lost, and
// a read stops in front of it: the byte at the mark is read alone, and sent with MSG_OOB.
extension DescriptorStream {
  /// Reads up to the urgent mark, or the urgent byte alone, which the other socket then sends as such.
  func readUpToMark(
    into buffer: UnsafeMutableRawBufferPointer, for sink: DescriptorStream
  ) throws(SystemError) -> IOResult {
    // Asked before each read, except the first after an event: a later event may tell of the urgent data only after the
    // read.
    if watch.state.isBeforeUrgentData {
      watch.state.isBeforeUrgentData = false
      return try descriptor.receiveWithoutWaiting(into: buffer)
    }
    guard descriptor.isAtUrgentMark, buffer.count > 0 else { return try descriptor.receiveWithoutWaiting(into: buffer) }
    let result = try descriptor.receiveWithoutWaiting(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<1]))
    if case .moved(1) = result { sink.writesUrgent = true }
    return result
  }

  /// Sends the urgent byte.
  func writeUrgently(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    let result = try descriptor.sendUrgentWithoutWaiting(buffer)
    if case .moved = result { writesUrgent = false }
    return result
  }
}
