import CSocketShims
import Glibc

extension Descriptor {
  /// Reads; waits for data if the file is in blocking mode.
  ///
  /// Calls `read(2)`.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    try Kernel.transfer(
      "read", on: number, count: buffer.count,
      received: {
        unsafe [.descriptor(number), .received(buffer.baseAddress, buffer.count, $0), .integer(buffer.count)]
      }
    ) { count in
      unsafe Glibc.read(number, buffer.baseAddress, count)
    }
  }

  /// Writes; waits for space if the file is in blocking mode.
  ///
  /// Calls `write(2)`.
  public func write(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    unsafe try Kernel.transfer(
      "write", on: number, count: buffer.count,
      [.descriptor(number), .data(buffer.baseAddress, buffer.count), .integer(buffer.count)]
    ) { count in
      unsafe Glibc.write(number, buffer.baseAddress, count)
    }
  }

  /// Reads available data without waiting, whatever the blocking mode of the file.
  ///
  /// Calls `preadv2(2)` with `RWF_NOWAIT`.
  ///
  /// - Throws: `EOPNOTSUPP` for files that do not support the flag: named pipes, terminals, and before Linux 6.4 all
  ///   pipes.
  public func readWithoutWaiting(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    guard let base = buffer.baseAddress else { return .moved(0) }
    return try Kernel.transfer(
      "preadv2", on: number, count: buffer.count,
      received: {
        unsafe [
          .descriptor(number), .vector(base, buffer.count, total: $0), .integer(1), .integer(-1),
          .constant(8, "RWF_NOWAIT"),
        ]
      }
    ) { count in
      unsafe sockshim_read_nowait(number, base, count)
    }
  }

  /// Writes as much as fits without waiting.
  ///
  /// Calls `pwritev2(2)` with `RWF_NOWAIT`.
  ///
  /// - Throws: as ``readWithoutWaiting(into:)``.
  public func writeWithoutWaiting(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    guard let base = buffer.baseAddress else { return .moved(0) }
    return unsafe try Kernel.transfer(
      "pwritev2", on: number, count: buffer.count,
      [.descriptor(number), .vector(base, buffer.count), .integer(1), .integer(-1), .constant(8, "RWF_NOWAIT")]
    ) { count in
      unsafe sockshim_write_nowait(number, base, count)
    }
  }

  /// Writes several buffers; waits for space if the file is in blocking mode.
  ///
  /// Calls `writev(2)`, with at most 1024 buffers.
  public func write(_ vectors: UnsafeMutableBufferPointer<iovec>) throws(SystemError) -> IOResult {
    unsafe try Kernel.transfer(
      "writev", on: number, count: vectors.count,
      [.descriptor(number), .vectors(vectors.baseAddress, vectors.count), .integer(vectors.count)]
    ) { count in
      unsafe Glibc.writev(number, vectors.baseAddress, CInt(count))
    }
  }

  /// Writes as much of several buffers as fits without waiting.
  ///
  /// Calls `pwritev2(2)` with `RWF_NOWAIT`, with at most 1024 buffers.
  ///
  /// - Throws: as ``readWithoutWaiting(into:)``.
  public func writeWithoutWaiting(_ vectors: UnsafeMutableBufferPointer<iovec>) throws(SystemError) -> IOResult {
    guard let base = vectors.baseAddress else { return .moved(0) }
    return unsafe try Kernel.transfer(
      "pwritev2", on: number, count: vectors.count,
      [
        .descriptor(number), .vectors(base, vectors.count), .integer(vectors.count), .integer(-1),
        .constant(8, "RWF_NOWAIT"),
      ]
    ) { count in
      unsafe sockshim_writev_nowait(number, base, CInt(count))
    }
  }

  /// Receives from a connected socket without waiting.
  ///
  /// Calls `recv(2)` with `MSG_DONTWAIT`.
  public func receiveWithoutWaiting(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    try Kernel.transfer(
      "recv", on: number, count: buffer.count,
      received: {
        unsafe [
          .descriptor(number), .received(buffer.baseAddress, buffer.count, $0), .integer(buffer.count),
          .flags(.doNotWait),
        ]
      }
    ) { count in
      unsafe Glibc.recv(number, buffer.baseAddress, count, MessageFlags.doNotWait.rawValue)
    }
  }

  /// Discards received bytes of a TCP connection without copying them and without waiting.
  ///
  /// Calls `recv(2)` with `MSG_TRUNC`, `MSG_DONTWAIT` and no buffer. Only TCP discards data this way.
  public func discardWithoutWaiting(upTo count: Int) throws(SystemError) -> IOResult {
    try Kernel.transfer(
      "recv", on: number, count: count,
      [.descriptor(number), .null, .integer(count), .flags([.truncated, .doNotWait])]
    ) { count in
      Glibc.recv(number, nil, count, MessageFlags([.truncated, .doNotWait]).rawValue)
    }
  }

  /// Sends on a connected socket without waiting.
  ///
  /// Calls `send(2)` with `MSG_DONTWAIT` and `MSG_NOSIGNAL`.
  public func sendWithoutWaiting(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    unsafe try Kernel.transfer(
      "send", on: number, count: buffer.count,
      [
        .descriptor(number), .data(buffer.baseAddress, buffer.count), .integer(buffer.count),
        .flags([.doNotWait, .noSignal]),
      ]
    ) { count in
      unsafe Glibc.send(number, buffer.baseAddress, count, MessageFlags([.doNotWait, .noSignal]).rawValue)
    }
  }

  /// Sends bytes of which the last is urgent, without waiting.
  ///
  /// Calls `send(2)` with `MSG_OOB`, `MSG_DONTWAIT` and `MSG_NOSIGNAL`.
  public func sendUrgentWithoutWaiting(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    unsafe try Kernel.transfer(
      "send", on: number, count: buffer.count,
      [
        .descriptor(number), .data(buffer.baseAddress, buffer.count), .integer(buffer.count),
        .flags([.outOfBand, .doNotWait, .noSignal]),
      ]
    ) { count in
      unsafe Glibc.send(
        number, buffer.baseAddress, count, MessageFlags([.outOfBand, .doNotWait, .noSignal]).rawValue)
    }
  }

  /// Whether the next byte to read is the urgent one, or follows it.
  ///
  /// Calls `ioctl(2)` with `SIOCATMARK`.
  public var isAtUrgentMark: Bool {
    var value: CInt = 0
    let (_, error) = Kernel.attempt(
      "ioctl", on: number,
      [.descriptor(number), .constant(Int(SIOCATMARK), name: "SIOCATMARK"), .list([.integer(Int(value))])]
    ) { _ in
      unsafe Int(Glibc.ioctl(number, UInt(SIOCATMARK), &value))
    }
    return error == nil && value != 0
  }

  /// Sends a part of a message, with more to follow.
  ///
  /// Calls `send(2)` with `MSG_MORE` and `MSG_NOSIGNAL`.
  public func sendPart(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    unsafe try Kernel.transfer(
      "send", on: number, count: buffer.count,
      [
        .descriptor(number), .data(buffer.baseAddress, buffer.count), .integer(buffer.count),
        .flags([.more, .noSignal]),
      ]
    ) { count in
      unsafe Glibc.send(number, buffer.baseAddress, count, MessageFlags([.more, .noSignal]).rawValue)
    }
  }

  /// Moves pages between a pipe and another file without copying them through this process, and without waiting.
  ///
  /// Calls `splice(2)` with `SPLICE_F_NONBLOCK`, which affects only the pipe: a socket must itself be non-blocking.
  ///
  /// - Throws: `EINVAL` if neither end is a pipe, or one does not support splicing (such as a file opened with
  ///   `O_APPEND`).
  public func splice(to target: Descriptor, count: Int) throws(SystemError) -> IOResult {
    try Kernel.transfer(
      "splice", on: number, count: count,
      [
        .descriptor(number), .null, .descriptor(target.number), .null, .integer(count),
        .spliceFlags(sockshim_SPLICE_F_NONBLOCK | sockshim_SPLICE_F_MOVE),
      ]
    ) { count in
      sockshim_splice(number, target.number, count, sockshim_SPLICE_F_NONBLOCK | sockshim_SPLICE_F_MOVE)
    }
  }

  /// Moves pages from a pipe to an offset in a file without copying them through this process. The file offset does not
  /// change.
  ///
  /// Calls `splice(2)` with an offset for the target, and with `SPLICE_F_NONBLOCK`, which affects only the pipe.
  ///
  /// - Throws: `EINVAL` if the file does not support splicing: it was opened with `O_APPEND`, or its file system lacks
  ///   it.
  public func splice(to target: Descriptor, at offset: Int, count: Int) throws(SystemError) -> IOResult {
    // Observers see the file's descriptor, since that is usually the reason if the call fails.
    try Kernel.transfer(
      "splice", on: target.number, count: count,
      [
        .descriptor(number), .null, .descriptor(target.number), .list([.integer(offset)]), .integer(count),
        .spliceFlags(sockshim_SPLICE_F_NONBLOCK | sockshim_SPLICE_F_MOVE),
      ]
    ) { count in
      sockshim_splice_at(
        number, target.number, Int64(offset), count, sockshim_SPLICE_F_NONBLOCK | sockshim_SPLICE_F_MOVE)
    }
  }

  /// Sends from the page cache of a file, starting at its file offset.
  ///
  /// Calls `sendfile(2)`; whether it waits depends on the blocking mode of `target`.
  ///
  /// - Throws: `EINVAL` if the file does not support it.
  public func sendFile(to target: Descriptor, count: Int) throws(SystemError) -> IOResult {
    try Kernel.transfer(
      "sendfile", on: number, count: count,
      [.descriptor(target.number), .descriptor(number), .null, .integer(count)]
    ) { count in
      Glibc.sendfile(target.number, number, nil, count)
    }
  }

  /// The number of bytes of a regular file after its file offset; nil for files without a size.
  ///
  /// Calls `fstat(2)` and `lseek(2)`.
  public func remainingByteCount() -> Int? { sizeAndOffset().map { max(0, $0.size - $0.position) } }

  /// The size of a regular file and its file offset, which may be past the end; nil for files without a size.
  ///
  /// Calls `fstat(2)` and `lseek(2)`.
  public func sizeAndOffset() -> (size: Int, position: Int)? {
    guard let status = try? Kernel.status(of: number), status.st_mode & S_IFMT == S_IFREG,
      let position = try? position()
    else { return nil }
    return (Int(status.st_size), position)
  }

  /// The capacity of a pipe in bytes.
  ///
  /// Calls `fcntl(2)` with `F_GETPIPE_SZ`.
  public func pipeCapacity() throws(SystemError) -> Int {
    Int(try Kernel.control(number, sockshim_F_GETPIPE_SZ, "F_GETPIPE_SZ", about: "F_GETPIPE_SZ"))
  }

  /// Sets the capacity of a pipe to at least this many bytes.
  ///
  /// Calls `fcntl(2)` with `F_SETPIPE_SZ`.
  ///
  /// - Throws: `EPERM` above `fs.pipe-max-size` (1 MiB) or the user's limit on pipe pages; `EBUSY` if the pipe holds
  ///   more data than that.
  public func setPipeCapacity(_ bytes: Int) throws(SystemError) {
    try Kernel.call(
      "fcntl", on: number, about: "F_SETPIPE_SZ",
      [.descriptor(number), .constant(sockshim_F_SETPIPE_SZ, "F_SETPIPE_SZ"), .integer(bytes)]
    ) { _ in
      Int(Glibc.fcntl(number, sockshim_F_SETPIPE_SZ, CInt(clamping: bytes)))
    }
  }

  /// Opens the same file again with a blocking mode of its own. For terminals and named pipes, this is the only way not
  /// to wait without changing the mode for other processes.
  ///
  /// Calls `open(2)` on `/proc/self/fd/N` with `O_WRONLY`, `O_NONBLOCK`, `O_NOCTTY` and `O_CLOEXEC`.
  public func reopenForWriting() throws(SystemError) -> OwnedDescriptor {
    let path = "/proc/self/fd/\(number)"
    let flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    return OwnedDescriptor(owning: try Kernel.open(path, flags, on: number))
  }
}
