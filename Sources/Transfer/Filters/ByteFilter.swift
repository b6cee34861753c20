import SocketLoop

/// Transforms bytes in transit.
@LoopActor
package protocol ByteFilter: AnyObject {
  /// Returns the bytes to send instead of `input`. Bytes held back come with the next call.
  func apply(to input: UnsafeRawBufferPointer) -> [UInt8]
}

/// Observes bytes in transit. It may hold them up: a slow reader of a dump slows down the traffic, but loses none of
/// it.
@LoopActor
package protocol ByteTap: AnyObject {
  func saw(_ bytes: UnsafeRawBufferPointer) async
}
