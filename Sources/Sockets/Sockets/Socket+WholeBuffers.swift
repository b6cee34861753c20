/// Forms that take and give whole arrays: for programs where an allocation more does not matter.
extension Socket {
  /// Receives once, into an array of its own.
  ///
  /// Calls `recv(2)`, as ``receive(into:flags:)`` does.
  ///
  /// - Parameter capacity: the most bytes to take.
  /// - Returns: what came: nothing at the end of a stream, or of an empty datagram; nil where the socket would block.
  public borrowing func receive(
    upTo capacity: Int, flags: MessageFlags = []
  ) throws(SystemError) -> [UInt8]? {
    var result = IOResult.wouldBlock
    let bytes = try [UInt8](capacity: max(0, capacity)) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      result = try receive(into: &buffer, flags: flags)
    }
    return result == .wouldBlock ? nil : bytes
  }

  /// Receives one message into an array of its own, and tells who sent it.
  ///
  /// Calls `recvfrom(2)`, as ``receiveFrom(into:flags:)`` does.
  ///
  /// - Returns: nil where the socket would block.
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

  /// Sends all of the bytes of a stream, on a blocking socket.
  ///
  /// Calls `send(2)` with `MSG_NOSIGNAL`, as often as it takes: the kernel may take less than it is given.
  ///
  /// - Throws: as ``send(_:flags:)``; `EAGAIN` where the socket does not block, or its `SO_SNDTIMEO` has passed: then a
  ///   part may have been sent.
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
