/// Datagrams stored back to back in memory, all of the same size except for the last, which may be shorter.
package struct DatagramRun {
  /// The bytes of all datagrams.
  package let bytes: UnsafeRawBufferPointer
  /// The size of each datagram.
  package let size: Int

  /// A run of one datagram, which may be empty.
  package init(_ datagram: UnsafeRawBufferPointer) { self.init(datagram, size: max(datagram.count, 1)) }

  init(_ bytes: UnsafeRawBufferPointer, size: Int) {
    self.bytes = bytes
    self.size = size
  }

  /// The run without its first `count` bytes.
  package func dropping(_ count: Int) -> DatagramRun {
    DatagramRun(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(count)), size: size)
  }

  /// The number of datagrams.
  package var count: Int { max(1, (bytes.count + size - 1) / size) }

  /// The bytes of one datagram.
  package subscript(index: Int) -> UnsafeRawBufferPointer {
    let start = index * size
    return UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + size, bytes.count)])
  }
}
