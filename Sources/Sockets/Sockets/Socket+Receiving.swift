import Glibc

/// What ``Socket/receiveFrom(into:flags:)`` brought.
public enum ReceivedFrom: Hashable, Sendable {
  /// So many bytes from this address. With `MSG_TRUNC` in the flags the count is that of the whole datagram.
  case message(Int, from: SocketAddress)
  /// Nothing waits.
  case wouldBlock
}

extension Socket {
  /// Receives into the free part of `buffer`.
  ///
  /// Calls `recv(2)`. On a stream `.moved(0)` is the peer's end; on a datagram socket it is an empty datagram, and a
  /// datagram longer than the buffer is cut (``receiveMessage(into:controlCapacity:flags:)`` tells).
  ///
  /// - Throws: `ECONNRESET`, `ETIMEDOUT`, `ECONNREFUSED` (an earlier datagram met a closed port), `ENOTCONN`.
  public borrowing func receive(
    into buffer: inout OutputSpan<UInt8>, flags: MessageFlags = []
  ) throws(SystemError) -> IOResult {
    let descriptor = descriptor
    return try unsafe buffer.fill { (base, capacity) throws(SystemError) in
      try Kernel.transfer(
        "recv", on: descriptor, count: capacity,
        received: {
          unsafe [.descriptor(descriptor), .received(base, capacity, $0), .integer(capacity), .flags(flags)]
        }
      ) { count in
        unsafe Glibc.recv(descriptor, base, count, flags.rawValue)
      }
    }
  }

  /// Receives one message, and tells who sent it.
  ///
  /// Calls `recvfrom(2)`.
  public borrowing func receiveFrom(
    into buffer: inout OutputSpan<UInt8>, flags: MessageFlags = []
  ) throws(SystemError) -> ReceivedFrom {
    let descriptor = descriptor
    var address = SocketAddress()
    let result = try unsafe buffer.fill { (base, capacity) throws(SystemError) in
      try Kernel.transfer(
        "recvfrom", on: descriptor, count: capacity,
        received: {
          unsafe [
            .descriptor(descriptor), .received(base, capacity, $0), .integer(capacity), .flags(flags),
            .address(address),
          ]
        }
      ) { count in
        unsafe address.withMutableSockaddr { pointer, length in
          unsafe Glibc.recvfrom(descriptor, base, count, flags.rawValue, pointer, length)
        }
      }
    }
    switch result {
    case .moved(let count): return .message(count, from: address)
    case .wouldBlock: return .wouldBlock
    }
  }

  /// Reads as from a file.
  ///
  /// Calls `read(2)`.
  public borrowing func read(into buffer: inout OutputSpan<UInt8>) throws(SystemError) -> IOResult {
    let descriptor = descriptor
    return try unsafe buffer.fill { (base, capacity) throws(SystemError) in
      try Kernel.transfer(
        "read", on: descriptor, count: capacity,
        received: { unsafe [.descriptor(descriptor), .received(base, capacity, $0), .integer(capacity)] }
      ) { count in
        unsafe Glibc.read(descriptor, base, count)
      }
    }
  }

  /// Takes bytes of a TCP stream away without copying them anywhere.
  ///
  /// Calls `recv(2)` with `MSG_TRUNC` and no buffer.
  ///
  /// - Parameter count: the most bytes to discard.
  public borrowing func discard(upTo count: Int) throws(SystemError) -> IOResult {
    let descriptor = descriptor
    return try Kernel.transfer(
      "recv", on: descriptor, count: count,
      [.descriptor(descriptor), .null, .integer(count), .flags(.truncated)]
    ) { count in
      Glibc.recv(descriptor, nil, count, MessageFlags.truncated.rawValue)
    }
  }
}

extension OutputSpan<UInt8> {
  /// Lets a call write behind what the span holds, and counts what it wrote.
  mutating func fill(
    _ body: (UnsafeMutablePointer<UInt8>?, Int) throws(SystemError) -> IOResult
  ) throws(SystemError) -> IOResult {
    try unsafe withUnsafeMutableBufferPointer { (buffer, initialized) throws(SystemError) in
      let capacity = buffer.count - initialized
      let base = unsafe buffer.baseAddress.map { unsafe $0 + initialized }
      let result = try unsafe body(base, capacity)
      // With MSG_TRUNC the kernel reports more than it wrote.
      if case .moved(let count) = result { initialized += Swift.min(count, capacity) }
      return result
    }
  }
}
