import CSocketShims
import Glibc

extension Descriptor {
  /// Sends one datagram to an address without waiting.
  ///
  /// Calls `sendto(2)` with `MSG_DONTWAIT` and `MSG_NOSIGNAL`.
  public func sendDatagramWithoutWaiting(
    _ buffer: UnsafeRawBufferPointer, to address: SocketAddress
  ) throws(SystemError) -> IOResult {
    try Kernel.transfer("sendto", on: number, about: "to \(address)", count: buffer.count) { count in
      unsafe address.withSockaddr { pointer, length in
        unsafe Glibc.sendto(
          number, buffer.baseAddress, count, MessageFlags([.doNotWait, .noSignal]).rawValue, pointer, length)
      }
    }
  }

  /// Receives a message or a part of one, with its control messages, without waiting.
  ///
  /// Calls `recvmsg(2)` with `MSG_DONTWAIT` and `MSG_CMSG_CLOEXEC`.
  ///
  /// - Returns: beside the count how much of `control` was filled, and the flags: `MSG_EOR` at the end of a message.
  public func receiveMessageWithoutWaiting(
    into buffer: UnsafeMutableRawBufferPointer, control: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> (result: IOResult, controlCount: Int, flags: MessageFlags) {
    var vector = unsafe iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
    return try unsafe withUnsafeMutablePointer(to: &vector) { (vector) throws(SystemError) in
      var header = unsafe msghdr()
      unsafe header.msg_iov = vector
      unsafe header.msg_iovlen = 1
      unsafe header.msg_control = control.baseAddress
      unsafe header.msg_controllen = control.count
      let result = try Kernel.transfer("recvmsg", on: number, count: buffer.count) { count in
        unsafe vector.pointee.iov_len = count
        return unsafe Glibc.recvmsg(number, &header, MessageFlags([.doNotWait, .closeOnExecute]).rawValue)
      }
      guard case .moved = result else { return (result, 0, []) }
      return unsafe (result, Int(header.msg_controllen), MessageFlags(rawValue: header.msg_flags))
    }
  }

  /// Has one buffer cut into datagrams of `size` bytes by the kernel, the last of which may be shorter: one way through the
  /// network stack for all of them.
  ///
  /// Calls `sendmsg(2)` with `UDP_SEGMENT`, `MSG_DONTWAIT` and `MSG_NOSIGNAL`.
  ///
  /// - Throws: `EINVAL`, `EIO`, `EMSGSIZE` and others where the kernel, the socket or the route cannot do it: nothing is
  ///   sent then. Kernels take 64 pieces, newer ones 128, and 65,507 bytes in all.
  public func sendSegmentsWithoutWaiting(
    _ buffer: UnsafeRawBufferPointer, of size: Int, to address: SocketAddress?
  ) throws(SystemError) -> IOResult {
    try Kernel.transfer("sendmsg", on: number, about: address.map { "to \($0)" } ?? "", count: buffer.count) { count in
      // One control message: struct cmsghdr and a u16.
      var control = InlineArray<3, UInt64>(repeating: 0)
      return unsafe withUnsafeMutableBytes(of: &control) { control in
        unsafe control.storeBytes(of: sockshim_cmsg_length(2), toByteOffset: 0, as: Int.self)
        unsafe control.storeBytes(of: CInt(IPPROTO_UDP), toByteOffset: 8, as: CInt.self)
        unsafe control.storeBytes(of: UDP_SEGMENT, toByteOffset: 12, as: CInt.self)
        unsafe control.storeBytes(of: UInt16(clamping: size), toByteOffset: 16, as: UInt16.self)
        var vector = unsafe iovec(iov_base: UnsafeMutableRawPointer(mutating: buffer.baseAddress), iov_len: count)
        return unsafe withUnsafeMutablePointer(to: &vector) { vector in
          var header = unsafe msghdr()
          unsafe header.msg_iov = vector
          unsafe header.msg_iovlen = 1
          unsafe header.msg_control = control.baseAddress
          unsafe header.msg_controllen = sockshim_cmsg_space(2)
          return unsafe send(&header, to: address)
        }
      }
    }
  }

  private func send(_ header: inout msghdr, to address: SocketAddress?) -> Int {
    let flags = MessageFlags([.doNotWait, .noSignal]).rawValue
    guard let address else { return unsafe Glibc.sendmsg(number, &header, flags) }
    return unsafe address.withSockaddr { pointer, length in
      unsafe header.msg_name = UnsafeMutableRawPointer(mutating: pointer)
      unsafe header.msg_namelen = length
      return unsafe Glibc.sendmsg(number, &header, flags)
    }
  }

  /// Sends one buffer as datagrams of `size` bytes, the last of which may be shorter, at most 64 with one call.
  ///
  /// Calls `sendmmsg(2)` with `MSG_DONTWAIT` and `MSG_NOSIGNAL`.
  ///
  /// - Returns: how many datagrams were sent.
  public func sendDatagramsWithoutWaiting(
    _ buffer: UnsafeRawBufferPointer, of size: Int, to address: SocketAddress?
  ) throws(SystemError) -> IOResult {
    let pieces = min(64, (buffer.count + size - 1) / size)
    return try Kernel.transfer("sendmmsg", on: number, about: address.map { "to \($0)" } ?? "", count: pieces) {
      count in
      guard let address else { return unsafe sendPieces(count, of: buffer, size, nil, 0) }
      return unsafe address.withSockaddr { pointer, length in
        unsafe sendPieces(count, of: buffer, size, UnsafeMutableRawPointer(mutating: pointer), length)
      }
    }
  }

  private func sendPieces(
    _ count: Int, of buffer: UnsafeRawBufferPointer, _ size: Int, _ name: UnsafeMutableRawPointer?,
    _ nameLength: socklen_t
  ) -> Int {
    unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: count) { vectors in
      unsafe withUnsafeTemporaryAllocation(of: sockshim_mmsghdr.self, capacity: count) { headers in
        guard let first = headers.baseAddress, let firstVector = vectors.baseAddress else { return 0 }
        for index in 0..<count {
          let piece = unsafe buffer[(index * size)..<min((index + 1) * size, buffer.count)]
          let start = unsafe UnsafeMutableRawPointer(mutating: UnsafeRawBufferPointer(rebasing: piece).baseAddress)
          unsafe vectors.initializeElement(at: index, to: iovec(iov_base: start, iov_len: piece.count))
          var header = unsafe sockshim_mmsghdr()
          unsafe header.header.msg_iov = firstVector + index
          unsafe header.header.msg_iovlen = 1
          unsafe header.header.msg_name = name
          unsafe header.header.msg_namelen = nameLength
          unsafe headers.initializeElement(at: index, to: header)
        }
        return unsafe Int(
          sockshim_sendmmsg(number, first, UInt32(count), MessageFlags([.doNotWait, .noSignal]).rawValue))
      }
    }
  }
}
