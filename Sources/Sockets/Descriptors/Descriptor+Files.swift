import CSocketShims
import Glibc

extension Descriptor {
  /// The size of a regular file in bytes; nil for any other kind of file.
  ///
  /// Calls `fstat(2)`.
  public func fileSize() -> Int? {
    guard let status = try? Kernel.status(of: number), status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// The file offset, where the next read or write takes place.
  ///
  /// Calls `lseek(2)` with `SEEK_CUR`.
  public func position() throws(SystemError) -> Int {
    try Kernel.seek(number, by: 0, from: SEEK_CUR)
  }

  /// Advances the file offset, and returns the previous one.
  ///
  /// Calls `lseek(2)` with `SEEK_CUR`. All processes that hold the same open file share the offset. Since `lseek(2)`
  /// takes the same lock as `write(2)`, the skipped range is reserved for the caller, who can write to it with
  /// ``write(_:at:)``.
  @discardableResult
  public func skip(_ count: Int) throws(SystemError) -> Int {
    try Kernel.seek(number, by: count, from: SEEK_CUR) - count
  }

  /// Returns the end of the range that ``skip(_:)`` reserved, unless the offset has moved since.
  ///
  /// Calls `lseek(2)`.
  public func giveBack(_ count: Int, before end: Int) {
    if (try? position()) == end { _ = try? Kernel.seek(number, by: end - count, from: SEEK_SET) }
  }

  /// Moves the file offset to the end of the file, so that the next write appends.
  ///
  /// Calls `lseek(2)` with `SEEK_END`. All processes that hold the same open file share the offset.
  public func seekToEnd() throws(SystemError) {
    _ = try Kernel.seek(number, by: 0, from: SEEK_END)
  }

  /// Reads at an offset of its own; the file offset does not change.
  ///
  /// Calls `pread(2)`.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> IOResult {
    try Kernel.transfer(
      "pread", on: number, count: buffer.count,
      received: {
        unsafe [
          .descriptor(number), .received(buffer.baseAddress, buffer.count, $0), .integer(buffer.count),
          .integer(offset),
        ]
      }
    ) { count in
      unsafe Glibc.pread(number, buffer.baseAddress, count, offset)
    }
  }

  /// Writes at an offset of its own; the file offset does not change.
  ///
  /// Calls `pwrite(2)`. If the file was opened with `O_APPEND`, Linux appends to it regardless of the offset.
  public func write(_ buffer: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) -> IOResult {
    unsafe try Kernel.transfer(
      "pwrite", on: number, count: buffer.count,
      [
        .descriptor(number), .data(buffer.baseAddress, buffer.count), .integer(buffer.count), .integer(offset),
      ]
    ) { count in
      unsafe Glibc.pwrite(number, buffer.baseAddress, count, offset)
    }
  }

  /// Empties a file.
  ///
  /// Calls `ftruncate(2)` with a length of 0.
  public func truncate() throws(SystemError) {
    try Kernel.call("ftruncate", on: number, [.descriptor(number), .integer(0)]) { _ in Int(ftruncate(number, 0)) }
  }

  /// Opens the same file again for reading, for a descriptor that was inherited for writing only.
  ///
  /// Calls `open(2)` on `/proc/self/fd/N` with `O_RDONLY` and `O_CLOEXEC`.
  public func reopenForReading() throws(SystemError) -> OwnedDescriptor {
    let path = "/proc/self/fd/\(number)"
    return OwnedDescriptor(owning: try Kernel.open(path, O_RDONLY | O_CLOEXEC, on: number))
  }

  /// Takes an exclusive lock on the file, waiting while another process holds it. Closing the file releases it.
  ///
  /// Calls `flock(2)` with `LOCK_EX`.
  public func lock() throws(SystemError) {
    try Kernel.call("flock", on: number, [.descriptor(number), .constant(LOCK_EX, "LOCK_EX")]) { _ in
      Int(flock(number, LOCK_EX))
    }
  }

  /// Takes an exclusive lock on the file, unless another process holds it for longer than `patience`.
  ///
  /// Calls `flock(2)` with `LOCK_EX | LOCK_NB`, once a millisecond.
  ///
  /// - Returns: whether the lock was taken.
  public func lock(within patience: Duration) throws(SystemError) -> Bool {
    let flags = LOCK_EX | LOCK_NB
    let start = ContinuousClock.now
    while true {
      do throws(SystemError) {
        try Kernel.call("flock", on: number, [.descriptor(number), .constant(flags, "LOCK_EX|LOCK_NB")]) { _ in
          Int(flock(number, flags))
        }
        return true
      } catch {
        guard error.number == .wouldBlock else { throw error }
        guard start.duration(to: .now) < patience else { return false }
        usleep(1000)
      }
    }
  }

  /// The first bytes of a file that the kernel generates, such as those in `/proc`.
  ///
  /// Calls `open(2)`, `read(2)` once, and `close(2)`.
  static func contents(of path: String, upTo count: Int) throws(SystemError) -> [UInt8] {
    let file = try OwnedDescriptor.open(path, O_RDONLY)
    var bytes = [UInt8](repeating: 0, count: count)
    let source = file.borrowed
    let result = unsafe bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(SystemError) in try unsafe source.read(into: buffer) }
    }
    if case .moved(let count) = try result.get() { bytes.removeLast(bytes.count - count) }
    return bytes
  }
}
