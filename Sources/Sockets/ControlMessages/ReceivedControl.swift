import CSocketShims
import Glibc

/// The control messages of a datagram. Descriptors among them are closed with this value unless they are taken.
public struct ReceivedControl: ~Copyable, Sendable {
  /// The control messages, without descriptors.
  public let messages: [ControlMessage]
  /// `SCM_RIGHTS`: descriptors passed by the peer.
  public var descriptors: ReceivedDescriptors
  /// `SCM_PIDFD`: a descriptor of the sender's process.
  public var processDescriptors: ReceivedDescriptors

  /// Decodes a buffer that `recvmsg(2)` filled. Must be called once per buffer, since the descriptors have one owner.
  public init(_ buffer: UnsafeRawBufferPointer) {
    let decoded = unsafe ControlMessage.decode(buffer)
    messages = decoded.messages
    descriptors = ReceivedDescriptors(decoded.descriptors)
    processDescriptors = ReceivedDescriptors(decoded.processDescriptors)
  }

  /// Whether a buffer contains descriptors, which must then be closed.
  public static func holdsDescriptors(_ buffer: UnsafeRawBufferPointer) -> Bool {
    unsafe ControlMessage.data(of: .socket, CInt(SCM_RIGHTS), in: buffer) != nil
      || ControlMessage.data(of: .socket, ControlMessage.SCM_PIDFD, in: buffer) != nil
  }
}

extension ControlMessage {
  /// The buffer space for everything that may come with one message on a Unix socket: 253 descriptors, the sender's
  /// credentials and its process.
  public static var spaceForDescriptors: Int {
    space(for: 253 * MemoryLayout<CInt>.size) + space(for: MemoryLayout<sockshim_ucred>.size)
      + space(for: MemoryLayout<CInt>.size)
  }
}
