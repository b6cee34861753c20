/// Datagrams that lie behind one another in memory: all of one size, but for the last, which may be shorter.
package struct DatagramRun {
  /// All of them.
  package let bytes: UnsafeRawBufferPointer
  /// How long each is.
  package let size: Int

  /// One datagram, which may be empty.
  package init(_ datagram: UnsafeRawBufferPointer) { self.init(datagram, size: max(datagram.count, 1)) }

  init(_ bytes: UnsafeRawBufferPointer, size: Int) {
    self.bytes = bytes
    self.size = size
  }

  /// What is left behind so many bytes.
  package func dropping(_ count: Int) -> DatagramRun {
    DatagramRun(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(count)), size: size)
  }

  /// How many they are.
  package var count: Int { max(1, (bytes.count + size - 1) / size) }

  /// One of them.
  package subscript(index: Int) -> UnsafeRawBufferPointer {
    let start = index * size
    return UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + size, bytes.count)])
  }
}
