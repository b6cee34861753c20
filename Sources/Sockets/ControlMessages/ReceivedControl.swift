import CSocketShims
import Glibc

/// What came beside a datagram: its control messages, and the descriptors among them, which are closed with this value
/// unless they are taken.
public struct ReceivedControl: ~Copyable, Sendable {
  /// The control messages, but for descriptors.
  public let messages: [ControlMessage]
  /// `SCM_RIGHTS`: descriptors that the peer passed.
  public var descriptors: ReceivedDescriptors
  /// `SCM_PIDFD`: the sender's process.
  public var processDescriptors: ReceivedDescriptors

  /// Takes a buffer apart that `recvmsg(2)` filled; to be done once, as the descriptors have one owner.
  public init(_ buffer: UnsafeRawBufferPointer) {
    let decoded = unsafe ControlMessage.decode(buffer)
    messages = decoded.messages
    descriptors = ReceivedDescriptors(decoded.descriptors)
    processDescriptors = ReceivedDescriptors(decoded.processDescriptors)
  }

  /// Whether there are descriptors in a buffer, which somebody has to close.
  public static func holdsDescriptors(_ buffer: UnsafeRawBufferPointer) -> Bool {
    unsafe ControlMessage.data(of: .socket, CInt(SCM_RIGHTS), in: buffer) != nil
      || ControlMessage.data(of: .socket, ControlMessage.SCM_PIDFD, in: buffer) != nil
  }
}

extension ControlMessage {
  /// Room for all that a Unix socket may bring with one message: the most descriptors (253), the credentials and the
  /// process of the sender.
  public static var spaceForDescriptors: Int {
    space(for: 253 * MemoryLayout<CInt>.size) + space(for: MemoryLayout<sockshim_ucred>.size)
      + space(for: MemoryLayout<CInt>.size)
  }
}
