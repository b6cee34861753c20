import CSocketShims
import Glibc

extension Socket {
  /// Receives as many datagrams as are waiting and fit.
  ///
  /// Calls `recvmmsg(2)` with `MSG_WAITFORONE`, so a blocking socket waits for the first datagram only; on Unix
  /// sockets with `MSG_CMSG_CLOEXEC`.
  ///
  /// - Returns: the number of datagrams. The previous contents of the batch are lost.
  /// - Throws: as ``receive(into:flags:)``. An error after the first datagram is thrown by the next call.
  public borrowing func receiveBatch(
    into batch: inout DatagramBatch, flags: MessageFlags = []
  ) throws(SystemError) -> IOResult {
    let descriptor = descriptor
    let capacity = batch.capacity
    // Some sockets that cannot receive descriptors (packet sockets) reject the flag.
    let flags = flags.union(passesDescriptors ? .closeOnExecute : []).rawValue | CInt(sockshim_MSG_WAITFORONE)
    return try unsafe batch.receive { (headers) throws(SystemError) in
      try Kernel.transfer(
        "recvmmsg", on: descriptor, count: capacity,
        received: {
          unsafe [
            .descriptor(descriptor), .messages(headers, $0), .integer(capacity), .batchFlags(flags),
            .null,
          ]
        }
      ) { count in
        unsafe Int(sockshim_recvmmsg(descriptor, headers, UInt32(count), flags))
      }
    }
  }

  /// Sends the datagrams of a batch, starting at an index.
  ///
  /// Calls `sendmmsg(2)` with `MSG_NOSIGNAL`. It may send only some of them: continue after those.
  ///
  /// - Returns: how many datagrams were sent.
  /// - Throws: as ``send(_:flags:)``, for the first datagram. An error of a later one is thrown by the next call.
  public borrowing func sendBatch(
    _ batch: inout DatagramBatch, from first: Int = 0, flags: MessageFlags = []
  ) throws(SystemError) -> IOResult {
    let descriptor = descriptor
    return try unsafe batch.send(from: first) { (headers, available) throws(SystemError) in
      unsafe try Kernel.transfer(
        "sendmmsg", on: descriptor, count: available,
        [
          .descriptor(descriptor), .messages(headers, available), .integer(available), .flags(flags.union(.noSignal)),
        ]
      ) { count in
        unsafe Int(sockshim_sendmmsg(descriptor, headers, UInt32(count), flags.union(.noSignal).rawValue))
      }
    }
  }
}
