import SocketLoop
import Sockets

/// Reads a connection that carries messages, and tells of each once all of it has come.
///
/// A message may come in several pieces: it is longer than the buffer, or the kernel hands over what is there.
@LoopActor
public final class MessageObserver {
  private let tell: (_ count: Int, _ facts: DatagramFacts) -> Void
  private let control = RawBuffer(count: DatagramFacts.controlSize)
  /// How much of the message has come.
  private var count = 0

  /// - Parameter tell: told how long a message was, and what the kernel says of it.
  public init(_ tell: @escaping (_ count: Int, _ facts: DatagramFacts) -> Void) { self.tell = tell }

  /// Reads a message or a piece of one.
  func receive(
    from descriptor: Descriptor, into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> IOResult {
    let (result, controlCount, flags) = try descriptor.receiveMessageWithoutWaiting(
      into: buffer, control: control.bytes)
    guard case .moved(let part) = result, part > 0 else { return result }
    count += part
    if flags.contains(.endOfRecord) {
      tell(count, DatagramFacts(ReceivedControl(UnsafeRawBufferPointer(rebasing: control.bytes.prefix(controlCount)))))
      count = 0
    }
    return result
  }
}
