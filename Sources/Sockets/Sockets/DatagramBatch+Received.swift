import CSocketShims
import Glibc

// What a received datagram is made of, where it lies: for those who hand the bytes on without a copy.
extension DatagramBatch {
  /// The bytes of a datagram that is held: valid until the next call that fills or changes the batch.
  public func bytes(at index: Int) -> UnsafeRawBufferPointer {
    let count = byteCount(at: index)
    return unsafe UnsafeRawBufferPointer(start: datagramStart(index), count: count)
  }

  /// How long a received datagram was: more than ``byteCount(at:)`` where it was cut, if `MSG_TRUNC` was asked for.
  public func length(at index: Int) -> Int {
    precondition((0..<count).contains(index), "no such datagram")
    return unsafe Int(header(index).length)
  }

  /// Of how many bytes each is, where the kernel put several datagrams of one sender together (`UDP_GRO`); the last may be
  /// shorter.
  ///
  /// Nil where it is one datagram. It takes room for a control message of 4 bytes.
  public func segmentSize(at index: Int) -> Int? {
    guard controlSize > 0, let data = unsafe ControlMessage.data(of: .udp, UDP_GRO, in: control(at: index)),
      data.count >= 4
    else { return nil }
    let size = unsafe data.loadUnaligned(as: CInt.self)
    return size > 0 ? Int(size) : nil
  }

  /// Whether what was received is no data: `MSG_NOTIFICATION`.
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

  /// The held datagrams from one of them on, for one writev(2), without the first bytes of that one.
  ///
  /// Valid until the next call that fills or changes the batch; whoever writes may change them.
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
