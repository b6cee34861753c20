import CSocketShims
import Glibc

extension Descriptor {
  /// How long a regular file is; nil for everything else.
  ///
  /// Calls `fstat(2)`.
  public func fileSize() -> Int? {
    var status = stat()
    guard unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// Where in a file the next byte is read or written.
  ///
  /// Calls `lseek(2)` with `SEEK_CUR`.
  public func position() throws(SystemError) -> Int {
    try Kernel.call("lseek", on: number) { _ in Glibc.lseek(number, 0, SEEK_CUR) }
  }

  /// Moves a file's position on, and returns where it stood.
  ///
  /// Calls `lseek(2)` with `SEEK_CUR`. Everybody who holds the same open file has the same position. The call has the lock
  /// of `write(2)`: who writes with an offset to what was skipped has that place for itself.
  @discardableResult
  public func skip(_ count: Int) throws(SystemError) -> Int {
    try Kernel.call("lseek", on: number) { _ in Glibc.lseek(number, count, SEEK_CUR) } - count
  }

  /// Gives back the last of what ``skip(_:)`` took, where nobody has taken more since.
  ///
  /// Calls `lseek(2)`.
  public func giveBack(_ count: Int, before end: Int) {
    if (try? position()) == end { _ = Glibc.lseek(number, end - count, SEEK_SET) }
  }

  /// Goes to the end of a file: what is written next comes behind what is there.
  ///
  /// Calls `lseek(2)` with `SEEK_END`. Everybody who holds the same open file has the same position.
  public func seekToEnd() throws(SystemError) {
    try Kernel.call("lseek", on: number) { _ in Glibc.lseek(number, 0, SEEK_END) }
  }

  /// Reads from a place in a file, whatever its position, which stays.
  ///
  /// Calls `pread(2)`.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> IOResult {
    try Kernel.transfer("pread", on: number, count: buffer.count) { count in
      unsafe Glibc.pread(number, buffer.baseAddress, count, offset)
    }
  }

  /// Writes to a place in a file, whatever its position, which stays.
  ///
  /// Calls `pwrite(2)`. Where the file was opened with `O_APPEND`, Linux writes to its end all the same.
  public func write(_ buffer: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) -> IOResult {
    try Kernel.transfer("pwrite", on: number, count: buffer.count) { count in
      unsafe Glibc.pwrite(number, buffer.baseAddress, count, offset)
    }
  }

  /// Opens the same file once more, for reading: one that was inherited for writing only.
  ///
  /// Calls `open(2)` on `/proc/self/fd/N` with `O_RDONLY` and `O_CLOEXEC`.
  public func reopenForReading() throws(SystemError) -> OwnedDescriptor {
    let path = "/proc/self/fd/\(number)"
    let opened = try Kernel.call("open", on: number, about: path) { _ in
      unsafe Int(Glibc.open(path, O_RDONLY | O_CLOEXEC))
    }
    return OwnedDescriptor(owning: CInt(opened))
  }
}
