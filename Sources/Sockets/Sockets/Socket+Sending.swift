import Glibc

extension Socket {
  /// Sends to the connected peer.
  ///
  /// Calls `send(2)` with `MSG_NOSIGNAL`. A stream may take only a part: send the rest when it is writable.
  ///
  /// - Throws: `EPIPE` (our sending half is shut down, or the peer is gone), `ECONNRESET`, `ECONNREFUSED` (an earlier
  ///   datagram reached a closed port), `EMSGSIZE` (too long for a datagram), `EDESTADDRREQ`, `ENOTCONN`, `ENOBUFS`.
  public borrowing func send(_ bytes: Span<UInt8>, flags: MessageFlags = []) throws(SystemError) -> IOResult {
    let descriptor = descriptor
    return try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in
      unsafe try Kernel.transfer(
        "send", on: descriptor, count: buffer.count,
        [
          .descriptor(descriptor), .data(buffer.baseAddress, buffer.count), .integer(buffer.count),
          .flags(flags.union(.noSignal)),
        ]
      ) { count in
        unsafe Glibc.send(descriptor, buffer.baseAddress, count, flags.union(.noSignal).rawValue)
      }
    }
  }

  /// Sends one message to an address.
  ///
  /// Calls `sendto(2)` with `MSG_NOSIGNAL`.
  public borrowing func send(
    _ bytes: Span<UInt8>, to address: SocketAddress, flags: MessageFlags = []
  ) throws(SystemError) -> IOResult {
    let descriptor = descriptor
    return try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in
      try Kernel.transfer(
        "sendto", on: descriptor, about: "to \(address)", count: buffer.count,
        unsafe [
          .descriptor(descriptor), .data(buffer.baseAddress, buffer.count), .integer(buffer.count),
          .flags(flags.union(.noSignal)), .address(address),
        ]
      ) { count in
        unsafe address.withSockaddr { pointer, length in
          unsafe Glibc.sendto(
            descriptor, buffer.baseAddress, count, flags.union(.noSignal).rawValue, pointer, length)
        }
      }
    }
  }

  /// Writes to the connected peer as to a file.
  ///
  /// Calls `write(2)`, which has no flags: if the peer is gone it raises SIGPIPE, unless the program ignores it.
  public borrowing func write(_ bytes: Span<UInt8>) throws(SystemError) -> IOResult {
    let descriptor = descriptor
    return try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in
      unsafe try Kernel.transfer(
        "write", on: descriptor, count: buffer.count,
        [.descriptor(descriptor), .data(buffer.baseAddress, buffer.count), .integer(buffer.count)]
      ) { count in
        unsafe Glibc.write(descriptor, buffer.baseAddress, count)
      }
    }
  }
}
