import CSocketShims
import Glibc

extension Descriptor {
  /// How long a regular file is; nil for everything else.
  ///
  /// Calls `fstat(2)`.
  public func fileSize() -> Int? {
    guard let status = try? Kernel.status(of: number), status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// Where in a file the next byte is read or written.
  ///
  /// Calls `lseek(2)` with `SEEK_CUR`.
  public func position() throws(SystemError) -> Int {
    try Kernel.seek(number, by: 0, from: SEEK_CUR)
  }

  /// Moves a file's position on, and returns where it stood.
  ///
  /// Calls `lseek(2)` with `SEEK_CUR`. Everybody who holds the same open file has the same position. The call has the lock
  /// of `write(2)`: who writes with an offset to what was skipped has that place for itself.
  @discardableResult
  public func skip(_ count: Int) throws(SystemError) -> Int {
    try Kernel.seek(number, by: count, from: SEEK_CUR) - count
  }

  /// Gives back the last of what ``skip(_:)`` took, where nobody has taken more since.
  ///
  /// Calls `lseek(2)`.
  public func giveBack(_ count: Int, before end: Int) {
    if (try? position()) == end { _ = try? Kernel.seek(number, by: end - count, from: SEEK_SET) }
  }

  /// Goes to the end of a file: what is written next comes behind what is there.
  ///
  /// Calls `lseek(2)` with `SEEK_END`. Everybody who holds the same open file has the same position.
  public func seekToEnd() throws(SystemError) {
    _ = try Kernel.seek(number, by: 0, from: SEEK_END)
  }

  /// Reads from a place in a file, whatever its position, which stays.
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

  /// Writes to a place in a file, whatever its position, which stays.
  ///
  /// Calls `pwrite(2)`. Where the file was opened with `O_APPEND`, Linux writes to its end all the same.
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

  /// Opens the same file once more, for reading: one that was inherited for writing only.
  ///
  /// Calls `open(2)` on `/proc/self/fd/N` with `O_RDONLY` and `O_CLOEXEC`.
  public func reopenForReading() throws(SystemError) -> OwnedDescriptor {
    let path = "/proc/self/fd/\(number)"
    return OwnedDescriptor(owning: try Kernel.open(path, O_RDONLY | O_CLOEXEC, on: number))
  }

  /// Waits until no other process holds the lock of the file, and takes it until the file is closed.
  ///
  /// Calls `flock(2)` with `LOCK_EX`.
  public func lock() throws(SystemError) {
    try Kernel.call("flock", on: number, [.descriptor(number), .constant(LOCK_EX, "LOCK_EX")]) { _ in
      Int(flock(number, LOCK_EX))
    }
  }

  /// The first bytes of a file that the kernel makes up, such as those of `/proc`.
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
