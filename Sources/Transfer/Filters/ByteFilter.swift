import SocketLoop

/// Changes bytes on their way.
@LoopActor
package protocol ByteFilter: AnyObject {
  /// The bytes to send in the place of `input`. What it keeps back comes with the next call.
  func apply(to input: UnsafeRawBufferPointer) -> [UInt8]
}

/// Sees bytes on their way, and may hold them up: who reads a dump slowly slows the traffic down, and loses none of it.
@LoopActor
package protocol ByteTap: AnyObject {
  func saw(_ bytes: UnsafeRawBufferPointer) async
}
