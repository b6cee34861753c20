/// A reusable read buffer: allocated once, page-aligned, and freed with its owner.
///
/// Code that holds only ``bytes`` must keep the owner alive with `extendLifetime`, because the compiler does not see
/// that the owner is still needed.
final class RawBuffer {
  let bytes: UnsafeMutableRawBufferPointer

  init(count: Int) { bytes = .allocate(byteCount: max(count, 1), alignment: 4096) }

  /// A copy of bytes that must not move in memory while a task is suspended.
  convenience init(copying array: [UInt8]) {
    self.init(count: array.count)
    bytes.copyBytes(from: array)
    count = array.count
  }

  /// How many bytes are in use.
  var count = 0

  var copied: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[..<count]) }

  deinit { bytes.deallocate() }
}
