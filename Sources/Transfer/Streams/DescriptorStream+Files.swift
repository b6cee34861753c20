import Sockets

extension DescriptorStream {
  /// Remembers how long a regular file is, before it is read.
  func noteSize() {
    if kind == .regularFile { initialSize = descriptor.extent()?.size ?? 0 }
  }

  /// At the end of a regular file: the error that it has shrunk since the reading began, so that what was cut off was never
  /// read.
  ///
  /// Sizes are compared, not what was read: the files of `/sys` claim to be longer than they are.
  func shrinkage() -> SystemError? {
    guard kind == .regularFile, let now = descriptor.extent(), now.size < initialSize, now.position < initialSize
    else { return nil }
    return SystemError(
      call: "read", number: .noData,
      subject: "a file that shrank from \(initialSize) to \(now.size) bytes while it was read")
  }
}
