import Glibc
import SocketLoop
import Sockets

/// Splits our input into messages to send as datagrams: one per read, or one per line.
@LoopActor
package final class MessageReader {
  /// How the input is split.
  package enum Framing: String, Sendable, CaseIterable {
    /// Each read becomes a datagram.
    case read
    /// Each line becomes a datagram, including its newline.
    case line
  }

  /// The result of ``next()``.
  package typealias Message = Next<UnsafeRawBufferPointer>

  /// The result of waiting for the next message or run.
  package enum Next<Piece> {
    /// Valid until the next call.
    case bytes(Piece)
    case end
    case failed(SystemError)
    case cancelled
  }

  private let source: any ByteStream
  private let limit: ReadLimit
  private let framing: Framing
  private let size: Int
  private let filter: (any ByteFilter)?
  private let memory: RawBuffer
  private var buffer: UnsafeMutableRawBufferPointer { memory.bytes }
  /// The bounds of the bytes in the buffer that have not been handed out yet.
  private var start = 0
  private var end = 0
  private var sourceHasEnded = false
  /// The filtered form of the latest message, and the part of it that has not been handed out yet.
  private var filtered: (copy: RawBuffer, rest: UnsafeRawBufferPointer)?

  /// - Parameter size: the maximum size of a message; longer lines are split.
  package init(
    _ source: any ByteStream, size: Int, framing: Framing, filter: (any ByteFilter)? = nil,
    limit: ReadLimit = ReadLimit()
  ) {
    self.source = source
    self.limit = limit
    self.framing = framing
    self.filter = filter
    self.size = size
    source.pages?.noteSize()
    // Room for as many messages as one call can send.
    let longest = DatagramSocket.longestRun
    memory = RawBuffer(count: size * max(1, min(longest.datagrams, longest.bytes / size)))
  }

  /// Waits for the next message.
  package func next() async -> Message { await next { self.takeMessage() } }

  /// Waits for the next message, and returns it together with following ones of the same length that have already been
  /// read.
  package func nextRun() async -> Next<DatagramRun> { await next { self.takeRun() } }

  private func next<Piece>(_ take: () -> Piece?) async -> Next<Piece> {
    while true {
      if let piece = take() { return .bytes(piece) }
      if sourceHasEnded {
        if limit.remaining > 0, let shrinkage = source.pages?.shrinkage() { return .failed(shrinkage) }
        return .end
      }
      if start > 0 { makeRoom() }
      do throws(SystemError) {
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
        switch try limit.read(into: room, { (room) throws(SystemError) in try source.read(into: room) }) {
        case .moved(0): sourceHasEnded = true
        case .moved(let count):
          end += count
          source.pages?.enlarge(after: count)
        case .wouldBlock:
          do throws(LoopError) { try await waitForSource() } catch { return .cancelled }
        }
      } catch {
        return .failed(error)
      }
    }
  }

  private func waitForSource() async throws(LoopError) {
    guard let place = try source.placeToRead() else { return }
    waiting = place
    defer { waiting = nil }
    do throws(WaitError) { try await place.suspend() } catch { throw LoopError(error) }
  }
  private var waiting: Suspension?

  /// Whether the source is known to have more, or bytes were read that have not been handed out yet.
  var isIncomplete: Bool { start < end || filtered != nil || limit.leaves(of: source) }

  /// Cancels the wait for input, if there is one.
  func interrupt() { waiting?.cancel() }

  private func takeMessage() -> UnsafeRawBufferPointer? {
    guard let filter else { return takeUnfiltered() }
    if filtered == nil, let message = takeUnfiltered() {
      let copy = RawBuffer(copying: filter.apply(to: message))
      filtered = (copy, copy.copied)
    }
    guard let (copy, rest) = filtered else { return nil }
    // The filter may have made the message too long; the excess becomes the next message.
    let message = UnsafeRawBufferPointer(rebasing: rest.prefix(size))
    if message.count == rest.count {
      (filtered, latest) = (nil, copy)
    } else {
      filtered = (copy, UnsafeRawBufferPointer(rebasing: rest.dropFirst(size)))
    }
    return message
  }

  /// Keeps alive the memory of the message that was handed out.
  private var latest: RawBuffer?

  private func takeRun() -> DatagramRun? {
    if filter != nil { return takeMessage().map { DatagramRun($0) } }
    guard let first = takeUnfiltered() else { return nil }
    let longest = DatagramSocket.longestRun
    let limit = min(longest.bytes, longest.datagrams * first.count)
    var count = first.count
    // Without lines to respect, what has been read is split at the message size.
    if framing == .read { count += take(min(end - start, (limit - count) / size * size)).count }
    // Consecutive takes are contiguous in the buffer.
    while framing == .line, start < end, let next = lengthOfNext(), next <= first.count, count + next <= limit {
      count += take(next).count
      // Only the last may be shorter.
      if next < first.count { break }
    }
    return DatagramRun(UnsafeRawBufferPointer(start: first.baseAddress, count: count), size: first.count)
  }

  private func takeUnfiltered() -> UnsafeRawBufferPointer? { lengthOfNext().map { take($0) } }

  private func take(_ length: Int) -> UnsafeRawBufferPointer {
    let message = UnsafeRawBufferPointer(rebasing: buffer[start..<(start + length)])
    start += length
    if start == end { (start, end) = (0, 0) }
    return message
  }

  /// The length of the next message in the buffer; nil if it is not complete yet.
  private func lengthOfNext() -> Int? {
    if start == end { return nil }
    let unread = UnsafeRawBufferPointer(rebasing: buffer[start..<min(end, start + size)])
    if framing == .read { return unread.count }
    if let base = unread.baseAddress, let newline = memchr(base, 0x0a, unread.count) {
      return UnsafeRawPointer(newline) - base + 1
    }
    return unread.count == size || sourceHasEnded ? unread.count : nil
  }

  private func makeRoom() {
    let unread = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
    buffer.copyMemory(from: unread)
    end -= start
    start = 0
  }
}
