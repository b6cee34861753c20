import Sockets

extension StreamEnd {
  /// Remembers how long a regular file is, before it is read.
  func noteExtent() {
    if kind == .regularFile { initialSize = descriptor.extent()?.size ?? 0 }
  }

  /// At the end of a regular file: the error that it is shorter now than when the reading began, and that what was cut off
  /// has not been read.
  ///
  /// Sizes are compared, not what was read: the files of `/sys` call themselves longer than they are.
  func shrinkage() -> SystemError? {
    guard kind == .regularFile, remaining > 0, let now = descriptor.extent(), now.size < initialSize,
      now.position < initialSize
    else { return nil }
    return SystemError(
      call: "read", number: .noData,
      subject: "a file that shrank from \(initialSize) to \(now.size) bytes while it was read")
  }
}
