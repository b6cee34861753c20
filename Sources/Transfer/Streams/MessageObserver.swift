import SocketLoop
import Sockets

/// Reads from a connection that carries messages, and reports each message once it is complete.
///
/// A message may arrive in several pieces, because it is longer than the buffer or the kernel delivers it in parts.
/// Notifications, the kernel's news about the connection itself, are interleaved with the messages and are not data.
@LoopActor
package final class MessageObserver {
  private let tell: (_ count: Int, _ facts: DatagramFacts) -> Void
  private let notify: (SCTPNotification) -> Void
  private let control = RawBuffer(count: DatagramFacts.controlSize)
  /// How many bytes of the current message have arrived.
  private var count = 0
  /// The part of a notification that has arrived.
  private var notification: [UInt8] = []

  /// - Parameters:
  ///   - tell: called with each message's length and what the kernel reports about it.
  ///   - notify: called with each notification.
  package init(
    _ tell: @escaping (_ count: Int, _ facts: DatagramFacts) -> Void,
    notify: @escaping (SCTPNotification) -> Void
  ) {
    self.tell = tell
    self.notify = notify
  }

  /// Reads a message, or a piece of one.
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
