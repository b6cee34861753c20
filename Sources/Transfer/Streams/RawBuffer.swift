/// Memory that a loop reads into again and again: allocated once, aligned to a page, freed with its owner.
///
/// Whoever works on ``bytes`` in a local variable keeps the owner with `extendLifetime`: the compiler sees no use of it.
final class RawBuffer {
  let bytes: UnsafeMutableRawBufferPointer

  init(count: Int) { bytes = .allocate(byteCount: max(count, 1), alignment: 4096) }

  /// A copy of bytes that have to stay where they are while a task waits.
  convenience init(copying array: [UInt8]) {
    self.init(count: array.count)
    bytes.copyBytes(from: array)
    count = array.count
  }

  /// How many of them count, where it is a copy.
  var count = 0

  var copied: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[..<count]) }

  deinit { bytes.deallocate() }
}
