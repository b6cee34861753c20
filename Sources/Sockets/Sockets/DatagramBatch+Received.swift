import CSocketShims
import Glibc

// The parts of a received datagram in place, for callers that pass the bytes on without a copy.
extension DatagramBatch {
  /// The bytes of a datagram, valid until the next call that fills or changes the batch.
  public func bytes(at index: Int) -> UnsafeRawBufferPointer {
    let count = byteCount(at: index)
    return unsafe UnsafeRawBufferPointer(start: datagramStart(index), count: count)
  }

  /// The original length of a received datagram. It exceeds ``byteCount(at:)`` if the datagram was truncated and
  /// `MSG_TRUNC` was requested.
  public func length(at index: Int) -> Int {
    precondition((0..<count).contains(index), "no such datagram")
    return unsafe Int(header(index).length)
  }

  /// The size in bytes of the datagrams that the kernel coalesced into this one (`UDP_GRO`); the last may be shorter.
  ///
  /// Nil if it is a single datagram. Requires room for a control message of 4 bytes.
  public func segmentSize(at index: Int) -> Int? {
    guard controlSize > 0, let data = unsafe ControlMessage.data(of: .udp, UDP_GRO, in: control(at: index)),
      data.count >= 4
    else { return nil }
    let size = unsafe data.loadUnaligned(as: CInt.self)
    return size > 0 ? Int(size) : nil
  }

  /// Whether a received message is a notification rather than data: `MSG_NOTIFICATION`.
  public func isNotification(at index: Int) -> Bool {
    precondition((0..<count).contains(index), "no such datagram")
    return unsafe MessageFlags(rawValue: header(index).header.msg_flags).contains(.notification)
  }

  /// The control messages of a received datagram, as the kernel wrote them.
  public func control(at index: Int) -> UnsafeRawBufferPointer {
    let header = unsafe header(index).header
    return unsafe UnsafeRawBufferPointer(
      start: header.msg_control, count: header.msg_control == nil ? 0 : Int(header.msg_controllen))
  }

  /// The datagrams from an index on as vectors for one `writev(2)`, without the first `offset` bytes of the first one.
  ///
  /// Valid until the next call that fills or changes the batch. The caller may modify them.
  public mutating func vectors(from index: Int, offset: Int) -> UnsafeMutableBufferPointer<iovec> {
    precondition((0...count).contains(index), "no such datagram")
    for datagram in index..<count {
      let skipped = datagram == index ? min(offset, byteCount(at: datagram)) : 0
      unsafe vectorPointer[datagram].iov_base = UnsafeMutableRawPointer(datagramStart(datagram) + skipped)
      unsafe vectorPointer[datagram].iov_len = byteCount(at: datagram) - skipped
    }
    return unsafe UnsafeMutableBufferPointer(start: vectorPointer + index, count: count - index)
  }
}
