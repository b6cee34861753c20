import CSocketShims
import Glibc

extension Descriptor {
  /// Reads, and waits for data where the file is in blocking mode.
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

  /// Writes, and waits for room where the file is in blocking mode.
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

  /// Reads what is there, and never waits, whatever the file's mode.
  ///
  /// Calls `preadv2(2)` with `RWF_NOWAIT`.
  ///
  /// - Throws: `EOPNOTSUPP` for files that cannot do so: named pipes, terminals, and pipes of kernels before 6.4.
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

  /// Writes what there is room for, and never waits.
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

  /// Writes what lies in several places, and waits for room where the file is in blocking mode.
  ///
  /// Calls `writev(2)`; at most 1024 places.
  public func write(_ vectors: UnsafeMutableBufferPointer<iovec>) throws(SystemError) -> IOResult {
    unsafe try Kernel.transfer(
      "writev", on: number, count: vectors.count,
      [.descriptor(number), .vectors(vectors.baseAddress, vectors.count), .integer(vectors.count)]
    ) { count in
      unsafe Glibc.writev(number, vectors.baseAddress, CInt(count))
    }
  }

  /// Writes of several places what there is room for, and never waits.
  ///
  /// Calls `pwritev2(2)` with `RWF_NOWAIT`; at most 1024 places.
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

  /// Takes bytes off a TCP connection without copying them anywhere, and without waiting.
  ///
  /// Calls `recv(2)` with `MSG_TRUNC`, `MSG_DONTWAIT` and no buffer. Sockets other than TCP do not discard so.
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

  /// Sends a part of something that goes on.
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

  /// Moves pages between a pipe and something else without copying them to this process, and without waiting.
  ///
  /// Calls `splice(2)` with `SPLICE_F_NONBLOCK`. The mode of a socket decides for its side: make it non-blocking.
  ///
  /// - Throws: `EINVAL` where neither end is a pipe, or one cannot be spliced (files opened with `O_APPEND`).
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

  /// Moves pages from a pipe to a place in a file, whose position stays, without copying them to this process.
  ///
  /// Calls `splice(2)` with an offset of the target's, and `SPLICE_F_NONBLOCK`, which is the pipe's.
  ///
  /// - Throws: `EINVAL` where the file cannot be spliced to: opened with `O_APPEND`, or of a file system without it.
  public func splice(to target: Descriptor, at offset: Int, count: Int) throws(SystemError) -> IOResult {
    // An observer is told of the file: it is what the call may fail for.
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

  /// Sends from a file's page cache, from its current position on.
  ///
  /// Calls `sendfile(2)`; the mode of `target` decides whether it waits.
  ///
  /// - Throws: `EINVAL` where the file cannot be mapped.
  public func sendFile(to target: Descriptor, count: Int) throws(SystemError) -> IOResult {
    try Kernel.transfer(
      "sendfile", on: number, count: count,
      [.descriptor(target.number), .descriptor(number), .null, .integer(count)]
    ) { count in
      Glibc.sendfile(target.number, number, nil, count)
    }
  }

  /// How many bytes of a regular file lie behind its position; nil for what has no size.
  ///
  /// Calls `fstat(2)` and `lseek(2)`.
  public func bytesAhead() -> Int? { extent().map { max(0, $0.size - $0.position) } }

  /// How long a regular file is, and where its position stands, which may be behind its end; nil for what has no size.
  ///
  /// Calls `fstat(2)` and `lseek(2)`.
  public func extent() -> (size: Int, position: Int)? {
    guard let status = try? Kernel.status(of: number), status.st_mode & S_IFMT == S_IFREG,
      let position = try? position()
    else { return nil }
    return (Int(status.st_size), position)
  }

  /// How many bytes a pipe holds.
  ///
  /// Calls `fcntl(2)` with `F_GETPIPE_SZ`.
  public func pipeCapacity() throws(SystemError) -> Int {
    Int(try Kernel.control(number, sockshim_F_GETPIPE_SZ, "F_GETPIPE_SZ", about: "F_GETPIPE_SZ"))
  }

  /// Makes a pipe hold at least so many bytes.
  ///
  /// Calls `fcntl(2)` with `F_SETPIPE_SZ`.
  ///
  /// - Throws: `EPERM` past `fs.pipe-max-size` (1 MiB) or the user's limit of pages, `EBUSY` when it holds more.
  public func setPipeCapacity(_ bytes: Int) throws(SystemError) {
    try Kernel.call(
      "fcntl", on: number, about: "F_SETPIPE_SZ",
      [.descriptor(number), .constant(sockshim_F_SETPIPE_SZ, "F_SETPIPE_SZ"), .integer(bytes)]
    ) { _ in
      Int(Glibc.fcntl(number, sockshim_F_SETPIPE_SZ, CInt(clamping: bytes)))
    }
  }

  /// Opens the same file once more, with a mode of its own: the one way not to wait on a terminal or a named pipe
  /// without changing the mode for everybody else.
  ///
  /// Calls `open(2)` on `/proc/self/fd/N` with `O_WRONLY`, `O_NONBLOCK`, `O_NOCTTY` and `O_CLOEXEC`.
  public func reopenForWriting() throws(SystemError) -> OwnedDescriptor {
    let path = "/proc/self/fd/\(number)"
    let flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    return OwnedDescriptor(owning: try Kernel.open(path, flags, on: number))
  }
}
