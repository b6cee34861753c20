/// An error of a socket's error queue, and the packet that it is about.
public struct QueuedError: Sendable, Hashable {
  /// The error and who reported it.
  public let error: ExtendedError
  /// Where the packet was sent to; ``SocketAddress/family`` is `AF_UNSPEC` on TCP.
  public let destination: SocketAddress
  /// As much of the packet as came back, from behind its transport header; of ICMP with the header.
  public let packet: [UInt8]
  /// When the report came, since 1970; nil without `SO_TIMESTAMP` or `SO_TIMESTAMPNS`.
  public let time: Duration?
}

extension Socket {
  /// Takes the next error out of the error queue, which `IP_RECVERR` or `IPV6_RECVERR` fills.
  ///
  /// Calls `recvmsg(2)` with `MSG_ERRQUEUE`, which never blocks.
  ///
  /// - Returns: nil where the queue is empty.
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
        case .timestamp(let value): time = value
        default: break
        }
      }
      // What has no error, such as the timestamp of a packet that left, is passed over.
      if let error {
        return QueuedError(error: error, destination: found.destination, packet: packet, time: time)
      }
    }
  }
}
