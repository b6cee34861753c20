import CSocketShims
import Glibc

extension Descriptor {
  /// Sends one datagram to an address without waiting.
  ///
  /// Calls `sendto(2)`, or `sendmsg(2)` with `IP_PKTINFO` or `IPV6_PKTINFO` if a source is given; with `MSG_DONTWAIT`
  /// and `MSG_NOSIGNAL`.
  ///
  /// - Parameter source: the source address, and optionally the interface; nil leaves both to the kernel.
  public func sendDatagramWithoutWaiting(
    _ buffer: UnsafeRawBufferPointer, to address: SocketAddress, from source: PacketInfo? = nil
  ) throws(SystemError) -> IOResult {
    if let source { return try unsafe send(buffer, to: address, with: SendControl(segmentSize: nil, source: source)) }
    return try Kernel.transfer(
      "sendto", on: number, about: "to \(address)", count: buffer.count,
      unsafe [
        .descriptor(number), .data(buffer.baseAddress, buffer.count), .integer(buffer.count),
        .flags([.doNotWait, .noSignal]), .address(address),
      ]
    ) { count in
      unsafe address.withSockaddr { pointer, length in
        unsafe Glibc.sendto(
          number, buffer.baseAddress, count, MessageFlags([.doNotWait, .noSignal]).rawValue, pointer, length)
      }
    }
  }

  /// Receives a message, or part of one, with its control messages, without waiting.
  ///
  /// Calls `recvmsg(2)` with `MSG_DONTWAIT` and `MSG_CMSG_CLOEXEC`.
  ///
  /// - Parameters:
  ///   - control: the buffer for control messages; the kernel closes descriptors that do not fit.
  ///   - peeks: whether to leave the message in the queue: `MSG_PEEK`.
  /// - Returns: the result, the number of bytes written to `control`, and the flags: `MSG_EOR` at the end of a record,
  ///   `MSG_CTRUNC` if control messages were truncated.
  public func receiveMessageWithoutWaiting(
    into buffer: UnsafeMutableRawBufferPointer,
    control: UnsafeMutableRawBufferPointer? = nil, peeks: Bool = false
  ) throws(SystemError) -> (result: IOResult, controlCount: Int, flags: MessageFlags) {
    let asked: MessageFlags = peeks ? [.doNotWait, .closeOnExecute, .peek] : [.doNotWait, .closeOnExecute]
    var vector = unsafe iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
    return try unsafe withUnsafeMutablePointer(to: &vector) { (vector) throws(SystemError) in
      var header = unsafe msghdr()
      unsafe header.msg_iov = vector
      unsafe header.msg_iovlen = 1
      unsafe header.msg_control = control?.baseAddress
      unsafe header.msg_controllen = control?.count ?? 0
      let result = try Kernel.transfer(
        "recvmsg", on: number, count: buffer.count,
        received: { moved in
          unsafe [
            .descriptor(number),
            .message(
              nil, vector, 1, total: moved, controlLength: header.msg_controllen,
              flags: MessageFlags(rawValue: header.msg_flags)),
            .flags(asked),
          ]
        }
      ) { count in
        unsafe vector.pointee.iov_len = count
        return unsafe Glibc.recvmsg(number, &header, asked.rawValue)
      }
      guard case .moved = result else { return (result, 0, []) }
      return unsafe (result, Int(header.msg_controllen), MessageFlags(rawValue: header.msg_flags))
    }
  }

  /// Sends one buffer that the kernel splits into datagrams of `size` bytes, the last of which may be shorter. The
  /// buffer passes through the network stack once.
  ///
  /// Calls `sendmsg(2)` with `UDP_SEGMENT`, `MSG_DONTWAIT` and `MSG_NOSIGNAL`.
  ///
  /// - Throws: `EINVAL`, `EIO`, `EMSGSIZE` and others if the kernel, the socket or the route does not support it;
  ///   nothing is sent then. The limit is 64 datagrams (128 in newer kernels) and 65,507 bytes in all.
  public func sendSegmentsWithoutWaiting(
    _ buffer: UnsafeRawBufferPointer, of size: Int, to address: SocketAddress?, from source: PacketInfo? = nil
  ) throws(SystemError) -> IOResult {
    try unsafe send(buffer, to: address, with: SendControl(segmentSize: size, source: source))
  }

  private func send(
    _ buffer: UnsafeRawBufferPointer, to address: SocketAddress?, with control: SendControl
  ) throws(SystemError) -> IOResult {
    try Kernel.transfer(
      "sendmsg", on: number, about: address.map { "to \($0)" } ?? "", count: buffer.count,
      unsafe [
        .descriptor(number),
        .message(address, of: buffer.baseAddress, buffer.count, controlLength: control.withPointer { $1 }),
        .flags([.doNotWait, .noSignal]),
      ]
    ) { count in
      unsafe control.withPointer { pointer, length in
        var vector = unsafe iovec(iov_base: UnsafeMutableRawPointer(mutating: buffer.baseAddress), iov_len: count)
        return unsafe withUnsafeMutablePointer(to: &vector) { vector in
          var header = unsafe msghdr()
          unsafe header.msg_iov = vector
          unsafe header.msg_iovlen = 1
          unsafe header.msg_control = pointer
          unsafe header.msg_controllen = length
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

  /// Sends one buffer as datagrams of `size` bytes, the last of which may be shorter; at most 64 per call.
  ///
  /// Calls `sendmmsg(2)` with `MSG_DONTWAIT` and `MSG_NOSIGNAL`.
  ///
  /// - Returns: the number of datagrams sent.
  public func sendDatagramsWithoutWaiting(
    _ buffer: UnsafeRawBufferPointer, of size: Int, to address: SocketAddress?, from source: PacketInfo? = nil
  ) throws(SystemError) -> IOResult {
    let pieces = min(64, (buffer.count + size - 1) / size)
    let control = SendControl(segmentSize: nil, source: source)
    return try Kernel.transfer(
      "sendmmsg", on: number, about: address.map { "to \($0)" } ?? "", count: pieces,
      unsafe [
        .descriptor(number), .pieces(buffer, of: size, count: pieces, to: address), .integer(pieces),
        .flags([.doNotWait, .noSignal]),
      ]
    ) { count in
      unsafe control.withPointer { pointer, controlLength in
        var header = unsafe msghdr()
        unsafe header.msg_control = pointer
        unsafe header.msg_controllen = controlLength
        guard let address else { return unsafe sendPieces(count, of: buffer, size, header) }
        return unsafe address.withSockaddr { name, length in
          unsafe header.msg_name = UnsafeMutableRawPointer(mutating: name)
          unsafe header.msg_namelen = length
          return unsafe sendPieces(count, of: buffer, size, header)
        }
      }
    }
  }

  /// - Parameter template: the destination and the control messages of every datagram.
  private func sendPieces(_ count: Int, of buffer: UnsafeRawBufferPointer, _ size: Int, _ template: msghdr) -> Int {
    unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: count) { vectors in
      unsafe withUnsafeTemporaryAllocation(of: sockshim_mmsghdr.self, capacity: count) { headers in
        guard let first = headers.baseAddress, let firstVector = vectors.baseAddress else { return 0 }
        for index in 0..<count {
          let piece = unsafe buffer[(index * size)..<min((index + 1) * size, buffer.count)]
          let start = unsafe UnsafeMutableRawPointer(mutating: UnsafeRawBufferPointer(rebasing: piece).baseAddress)
          unsafe vectors.initializeElement(at: index, to: iovec(iov_base: start, iov_len: piece.count))
          var header = unsafe sockshim_mmsghdr(header: template, length: 0)
          unsafe header.header.msg_iov = firstVector + index
          unsafe header.header.msg_iovlen = 1
          unsafe headers.initializeElement(at: index, to: header)
        }
        return unsafe Int(
          sockshim_sendmmsg(number, first, UInt32(count), MessageFlags([.doNotWait, .noSignal]).rawValue))
      }
    }
  }
}
