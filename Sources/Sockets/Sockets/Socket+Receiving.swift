import Glibc

/// The result of ``Socket/receiveFrom(into:flags:)``.
public enum ReceivedFrom: Hashable, Sendable {
  /// The number of bytes and the sender. If `MSG_TRUNC` was requested, the number is the length of the whole datagram.
  case message(Int, from: SocketAddress)
  /// Nothing is waiting.
  case wouldBlock
}

extension Socket {
  /// Receives into the free part of `buffer`.
  ///
  /// Calls `recv(2)`. On a stream `.moved(0)` is end of file. On a datagram socket it is an empty datagram, and a
  /// datagram longer than the buffer is truncated (``receiveMessage(into:controlCapacity:flags:)`` reports that).
  ///
  /// - Throws: `ECONNRESET`, `ETIMEDOUT`, `ECONNREFUSED` (an earlier datagram reached a closed port), `ENOTCONN`.
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

  /// Receives one message and returns its sender.
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

  /// Discards bytes of a TCP stream without copying them.
  ///
  /// Calls `recv(2)` with `MSG_TRUNC` and no buffer.
  ///
  /// - Parameter count: the maximum number of bytes to discard.
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
  /// Lets a call append to the span, and adds what it wrote to the count.
  mutating func fill(
    _ body: (UnsafeMutablePointer<UInt8>?, Int) throws(SystemError) -> IOResult
  ) throws(SystemError) -> IOResult {
    try unsafe withUnsafeMutableBufferPointer { (buffer, initialized) throws(SystemError) in
      let capacity = buffer.count - initialized
      let base = unsafe buffer.baseAddress.map { unsafe $0 + initialized }
      let result = try unsafe body(base, capacity)
      // With MSG_TRUNC the kernel returns more than it wrote.
      if case .moved(let count) = result { initialized += Swift.min(count, capacity) }
      return result
    }
  }
}
