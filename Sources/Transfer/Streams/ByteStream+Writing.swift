import Glibc
import SocketLoop
import Sockets

/// Bytes still to be written to a stream. Each write takes some off the front.
@LoopActor
package protocol UnwrittenBytes {
  var isEmpty: Bool { get }
  /// Writes as much as there is room for, drops that from the front, and returns how much it was.
  mutating func write(to stream: any ByteStream) throws(SystemError) -> IOResult
}

extension ByteStream {
  /// Writes everything. This is the only loop that writes until all is written.
  ///
  /// - Parameters:
  ///   - failure: converts an error of a write into the error to throw.
  ///   - wait: waits until there is room.
  ///   - wrote: called after each write with the number of bytes it took.
  package func writeAll<Bytes: UnwrittenBytes, Failure: Error>(
    _ bytes: Bytes, failure: (SystemError) -> Failure, wait: () async throws(Failure) -> Void,
    wrote: (Int) -> Void = { _ in }
  ) async throws(Failure) {
    var rest = bytes
    var turns = 0
    while !rest.isEmpty {
      let result: IOResult
      do throws(SystemError) { result = try rest.write(to: self) } catch { throw failure(error) }
      switch result {
      case .moved(let count): wrote(count)
      case .wouldBlock: try await wait()
      }
      turns &+= 1
      // A sink that always has room must not keep other tasks from running.
      if turns & 15 == 0 { await Task.yield() }
    }
  }

  /// Writes everything, suspending the task while there is no room.
  func writeAll(_ bytes: some UnwrittenBytes) async throws(LoopError) {
    try await writeAll(bytes) {
      LoopError.system($0)
    } wait: { () async throws(LoopError) in
      try await writable()
    }
  }

  /// Writes a whole array. A copy keeps its bytes in place across suspensions.
  package func writeAll(_ bytes: [UInt8]) async throws(LoopError) {
    let copy = RawBuffer(copying: bytes)
    defer { extendLifetime(copy) }
    try await writeAll(UnwrittenBuffer(copy.copied))
  }

  /// Waits for the next byte, and returns it; nil at the end.
  package func readByte(until deadline: MonotonicTime = .never) async throws(LoopError) -> UInt8? {
    let byte = RawBuffer(count: 1)
    defer { extendLifetime(byte) }
    while true {
      let result: IOResult
      do throws(SystemError) { result = try read(into: byte.bytes) } catch { throw .system(error) }
      if case .moved(let count) = result { return count == 0 ? nil : byte.bytes[0] }
      try await readable(until: deadline)
    }
  }

  /// Waits until reading may make progress.
  package func readable(until deadline: MonotonicTime = .never) async throws(LoopError) {
    guard let place = try placeToRead() else { return }
    do throws(WaitError) { try await place.suspend(until: deadline) } catch { throw LoopError(error) }
  }

  /// Waits until writing may make progress.
  func writable(until deadline: MonotonicTime = .never) async throws(LoopError) {
    guard let place = try placeToWrite() else { return }
    do throws(WaitError) { try await place.suspend(until: deadline) } catch { throw LoopError(error) }
  }
}

/// Contiguous bytes.
struct UnwrittenBuffer: UnwrittenBytes {
  private var rest: UnsafeRawBufferPointer
  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

  var isEmpty: Bool { rest.isEmpty }

  mutating func write(to stream: any ByteStream) throws(SystemError) -> IOResult {
    let result = try stream.write(rest)
    if case .moved(let count) = result { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count)) }
    return result
  }
}

/// Scattered bytes, for writev(2). Writing modifies the vectors.
struct UnwrittenVectors: UnwrittenBytes {
  private var rest: UnsafeMutableBufferPointer<iovec>
  private let descriptor: DescriptorStream

  init(_ vectors: UnsafeMutableBufferPointer<iovec>, for descriptor: DescriptorStream) {
    rest = vectors
    self.descriptor = descriptor
  }

  var isEmpty: Bool { rest.isEmpty }

  mutating func write(to stream: any ByteStream) throws(SystemError) -> IOResult {
    let result = try descriptor.write(rest)
    if case .moved(let count) = result { drop(count) }
    return result
  }

  /// Drops what was written, including any vectors that are now empty.
  private mutating func drop(_ count: Int) {
    var left = count
    var index = 0
    while index < rest.count, rest[index].iov_len <= left {
      left -= rest[index].iov_len
      index += 1
    }
    if index < rest.count, left > 0 {
      rest[index].iov_base += left
      rest[index].iov_len -= left
    }
    rest = UnsafeMutableBufferPointer(rebasing: rest[index...])
  }
}
