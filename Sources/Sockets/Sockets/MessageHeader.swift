import Glibc

/// The `msghdr` of a receive, and what the kernel wrote into it.
struct MessageHeader {
  private var control: [UInt8]
  private(set) var address = SocketAddress()
  private(set) var controlLength = 0
  private(set) var flags = MessageFlags()

  init(controlCapacity: Int) {
    control = [UInt8](repeating: 0, count: max(0, controlCapacity))
  }

  /// Calls `recvmsg(2)` once.
  mutating func receive(
    from descriptor: CInt, _ vectors: UnsafeMutablePointer<iovec>?, _ count: Int, _ asked: MessageFlags
  ) -> Int {
    var (filled, reported) = (0, CInt(0))
    let result = unsafe control.withUnsafeMutableBytes { controlBytes in
      unsafe address.withMutableSockaddr { pointer, length in
        var header = unsafe msghdr()
        unsafe header.msg_iov = vectors
        unsafe header.msg_iovlen = count
        unsafe header.msg_name = UnsafeMutableRawPointer(pointer)
        unsafe header.msg_namelen = length.pointee
        unsafe header.msg_control = controlBytes.baseAddress
        unsafe header.msg_controllen = controlBytes.count
        let result = unsafe Glibc.recvmsg(descriptor, &header, asked.rawValue)
        unsafe length.pointee = result < 0 ? 0 : header.msg_namelen
        unsafe filled = result < 0 ? 0 : header.msg_controllen
        unsafe reported = header.msg_flags
        return result
      }
    }
    (controlLength, flags) = (filled, MessageFlags(rawValue: reported))
    return result
  }

  /// What came besides the data. Must be called once, since descriptors have one owner.
  func message(_ count: Int) -> ReceivedMessage {
    let decoded = ControlMessage.decode(Array(control.prefix(controlLength)))
    // The kernel returns MSG_CMSG_CLOEXEC as requested; it says nothing about the message.
    return ReceivedMessage(
      count: count, address: address, flags: flags.subtracting(.closeOnExecute), control: decoded.messages,
      descriptors: ReceivedDescriptors(decoded.descriptors),
      processDescriptors: ReceivedDescriptors(decoded.processDescriptors))
  }
}
