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

extension ByteTap {
  /// The same for an array. A copy keeps its bytes in place across suspensions.
  package func saw(_ bytes: [UInt8]) async {
    let copy = RawBuffer(copying: bytes)
    defer { extendLifetime(copy) }
    await saw(copy.copied)
  }
}
