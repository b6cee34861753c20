import SocketLoop
import Sockets

/// Reads a connection that carries messages, and tells of each once all of it has come.
///
/// A message may come in several pieces: it is longer than the buffer, or the kernel hands over what is there. What the
/// kernel tells of the connection itself stands among them, and is no data.
@LoopActor
package final class MessageObserver {
  private let tell: (_ count: Int, _ facts: DatagramFacts) -> Void
  private let notify: (SCTPNotification) -> Void
  private let control = RawBuffer(count: DatagramFacts.controlSize)
  /// How much of the message has come.
  private var count = 0
  /// What has come of a notification.
  private var notification: [UInt8] = []

  /// - Parameters:
  ///   - tell: told how long a message was, and what the kernel says of it.
  ///   - notify: told of changes of the connection.
  package init(
    _ tell: @escaping (_ count: Int, _ facts: DatagramFacts) -> Void,
    notify: @escaping (SCTPNotification) -> Void
  ) {
    self.tell = tell
    self.notify = notify
  }

  /// Reads a message or a piece of one.
  func receive(
    from descriptor: Descriptor, into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> IOResult {
    while true {
      let (result, controlCount, flags) = try descriptor.receiveMessageWithoutWaiting(
        into: buffer, control: control.bytes)
      guard case .moved(let part) = result, part > 0 else { return result }
      if flags.contains(.notification) {
        notification += buffer.prefix(part)
        guard flags.contains(.endOfRecord) else { continue }
        notify(SCTPNotification(notification))
        notification = []
        continue
      }
      count += part
      if flags.contains(.endOfRecord) {
        let told = UnsafeRawBufferPointer(rebasing: control.bytes.prefix(controlCount))
        tell(count, DatagramFacts(ReceivedControl(told)))
        count = 0
      }
      return result
    }
  }
}
