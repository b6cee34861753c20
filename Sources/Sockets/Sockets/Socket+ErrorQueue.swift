/// An error from a socket's error queue, with the packet it is about.
public struct QueuedError: Sendable, Hashable {
  /// The error and its origin.
  public let error: ExtendedError
  /// The destination of the packet; its ``SocketAddress/family`` is `AF_UNSPEC` on TCP.
  public let destination: SocketAddress
  /// The returned part of the packet, after its transport header; for ICMP including the header.
  public let packet: [UInt8]
  /// When the report arrived, since 1970; nil without `SO_TIMESTAMP` or `SO_TIMESTAMPNS`.
  public let time: Duration?
}

extension Socket {
  /// Removes and returns the next error from the error queue, which `IP_RECVERR` or `IPV6_RECVERR` enables.
  ///
  /// Calls `recvmsg(2)` with `MSG_ERRQUEUE`, which never blocks.
  ///
  /// - Returns: the error; nil if the queue is empty.
  public borrowing func nextQueuedError() throws(SystemError) -> QueuedError? {
    while true {
      var packet: [UInt8] = []
      var found: (destination: SocketAddress, control: [ControlMessage])?
      packet = try [UInt8](capacity: 1500) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
        switch try receiveMessage(into: &buffer, flags: .errorQueue) {
        case .message(let message): found = (message.address, message.control)
        case .wouldBlock: break
        }
      }
      guard let found else { return nil }
      var error: ExtendedError?
      var time: Duration?
      for message in found.control {
        switch message {
        case .extendedError(let value): error = value
        case .timestamp(let value, _): time = value
        default: break
        }
      }
      // Entries that are not errors, such as the timestamp of a sent packet, are skipped.
      if let error {
        return QueuedError(error: error, destination: found.destination, packet: packet, time: time)
      }
    }
  }
}
