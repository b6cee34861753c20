import SocketLoop
import Sockets

/// How much of a stream a transfer reads: how many bytes it skips first, and after how many it ends.
///
/// It belongs to the transfer, not to the stream. Several transfers from one stream may share it.
@LoopActor
package final class ReadLimit {
  /// How many bytes may still be read; `Int.max`, in effect unlimited, unless a limit was set.
  package private(set) var remaining = Int.max
  private var isSet = false
  /// How many bytes are still to be skipped.
  package private(set) var unskipped = 0
  /// Whether data after the limit is an error.
  private var refusesMore = false
  /// Whether data came after the limit.
  package private(set) var hasMore = false

  /// Finds the end in what is read; nil if only the count limits it.
  package var marker: EndMarker?

  /// No limit.
  package nonisolated init() {}

  /// Skips the first `count` bytes, and ends after `limit` more.
  ///
  /// A regular file is skipped with `lseek(2)`; on everything else the bytes are read and dropped.
  package func set(skipping count: Int, to limit: Int?, of stream: any ByteStream) throws(SystemError) {
    if let limit { end(after: limit) }
    if let file = stream.pages, file.kind == .regularFile, count > 0 {
      try file.descriptor.skip(count)
    } else {
      unskipped = count
    }
  }

  /// Expects exactly this many bytes, then the end; more is an error (`EMSGSIZE`).
  package func expect(_ count: Int) {
    end(after: count)
    refusesMore = true
  }

  /// Ends after this many more bytes.
  package func end(after count: Int) { (remaining, isSet) = (min(remaining, count), true) }

  /// Records bytes that have been read.
  func took(_ count: Int) { remaining -= count }

  /// How many bytes of the stream are left to read; nil if neither the stream nor the limit tells.
  package func remaining(of stream: any ByteStream) -> Int? {
    let ahead = stream.remaining
    return isSet ? min(ahead ?? .max, remaining) : ahead
  }

  /// Whether the stream is known to have more bytes within the limit.
  func leaves(of stream: any ByteStream) -> Bool { remaining > 0 && stream.remaining ?? 0 > 0 }

  /// The beginning of these bytes, the next that were read, that is within the limit.
  package func part(of bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var count = min(bytes.count, remaining)
    if let marker { count = marker.take(UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
    took(count)
    if marker?.isFound == true { end(after: 0) }
    return UnsafeRawBufferPointer(rebasing: bytes[..<count])
  }

  /// Reads within the limit; `.moved(0)` is the end.
  @inline(__always)
  func read(
    into buffer: UnsafeMutableRawBufferPointer,
    _ read: (UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult
  ) throws(SystemError) -> IOResult {
    if unskipped > 0, let result = try skip(into: buffer, read) { return result }
    if remaining == 0 { return refusesMore ? try readEnd(read) : .moved(0) }
    // Not prefix(_:), which would be most of the cost of a short message here.
    let result = try read(.init(start: buffer.baseAddress, count: min(buffer.count, remaining)))
    guard case .moved(let count) = result else { return result }
    if marker != nil { return .moved(part(of: UnsafeRawBufferPointer(rebasing: buffer[..<count])).count) }
    took(count)
    return result
  }

  /// Reads and drops the bytes to skip; returns nil once all are skipped.
  private func skip(
    into buffer: UnsafeMutableRawBufferPointer,
    _ read: (UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult
  ) throws(SystemError) -> IOResult? {
    while unskipped > 0 {
      guard case .moved(let count) = try read(.init(rebasing: buffer.prefix(unskipped))) else { return .wouldBlock }
      if count == 0 { return .moved(0) }
      unskipped -= count
    }
    return nil
  }

  /// Reads past the expected bytes: returns the stream's own end, or throws if there is more.
  private func readEnd(
    _ read: (UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult
  ) throws(SystemError) -> IOResult {
    let scratch = RawBuffer(count: 1)
    defer { extendLifetime(scratch) }
    let result = try read(scratch.bytes)
    guard case .moved(1...) = result else { return result }
    hasMore = true
    throw SystemError(call: "recv", number: .messageTooLong)
  }
}
