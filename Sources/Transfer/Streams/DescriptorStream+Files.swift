import Sockets

extension DescriptorStream {
  /// Records the size of a regular file before reading it.
  func noteSize() {
    if kind == .regularFile { initialSize = descriptor.extent()?.size ?? 0 }
  }

  /// Call at the end of a regular file. Returns an error if the file has shrunk since reading began, so that part of it
  /// was never read.
  ///
  /// This compares sizes rather than counting bytes, because files in `/sys` claim to be longer than they are.
  func shrinkage() -> SystemError? {
    guard kind == .regularFile, let now = descriptor.extent(), now.size < initialSize, now.position < initialSize
    else { return nil }
    return SystemError(
      call: "read", number: .noData,
      subject: "a file that shrank from \(initialSize) to \(now.size) bytes while it was read")
  }
}
