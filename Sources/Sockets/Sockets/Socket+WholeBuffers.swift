/// Variants that take and return whole arrays, for programs in which an extra allocation does not matter.
extension Socket {
  /// Receives once into a new array.
  ///
  /// Calls `recv(2)`, as ``receive(into:flags:)`` does.
  ///
  /// - Parameter capacity: the maximum number of bytes.
  /// - Returns: the data, which is empty at the end of a stream or for an empty datagram; nil if the socket would
  ///   block.
  public borrowing func receive(
    upTo capacity: Int, flags: MessageFlags = []
  ) throws(SystemError) -> [UInt8]? {
    var result = IOResult.wouldBlock
    let bytes = try [UInt8](capacity: max(0, capacity)) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      result = try receive(into: &buffer, flags: flags)
    }
    return result == .wouldBlock ? nil : bytes
  }

  /// Receives one message into a new array and returns its sender.
  ///
  /// Calls `recvfrom(2)`, as ``receiveFrom(into:flags:)`` does.
  ///
  /// - Returns: nil if the socket would block.
  public borrowing func receiveFrom(
    upTo capacity: Int, flags: MessageFlags = []
  ) throws(SystemError) -> (bytes: [UInt8], address: SocketAddress)? {
    var result = ReceivedFrom.wouldBlock
    let bytes = try [UInt8](capacity: max(0, capacity)) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      result = try receiveFrom(into: &buffer, flags: flags)
    }
    guard case .message(_, from: let address) = result else { return nil }
    return (bytes, address)
  }

  /// Sends all bytes on a blocking stream socket.
  ///
  /// Calls `send(2)` with `MSG_NOSIGNAL` until everything is sent, since the kernel may take only a part.
  ///
  /// - Throws: as ``send(_:flags:)``; `EAGAIN` if the socket does not block, or its `SO_SNDTIMEO` has expired. A part
  ///   may have been sent by then.
  public borrowing func sendAll(_ bytes: Span<UInt8>) throws(SystemError) {
    var start = 0
    while start < bytes.count {
      switch try send(bytes.extracting(start..<bytes.count)) {
      case .moved(let count): start += count
      case .wouldBlock: throw SystemError(call: "send", number: .wouldBlock)
      }
    }
  }
}
