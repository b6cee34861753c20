import Glibc
import SocketLoop
import Sockets

/// Cuts our input into the messages that become datagrams: one read each, or one line each.
@LoopActor
package final class MessageReader {
  /// How input is cut.
  package enum Framing: String, Sendable, CaseIterable {
    /// One read is one datagram.
    case read
    /// One line is one datagram, its newline included.
    case line
  }

  /// What ``next()`` brought.
  package typealias Message = Next<UnsafeRawBufferPointer>

  /// What a call brought.
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
  /// What is in the buffer, and not handed out yet.
  private var start = 0
  private var end = 0
  private var sourceHasEnded = false
  /// What a filter made of the latest message, and how much of it is not handed out yet.
  private var filtered: (copy: RawBuffer, rest: UnsafeRawBufferPointer)?

  /// - Parameter size: the most bytes of one message; a longer line is cut there.
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
    // Room for as many as one call sends.
    let longest = DatagramSocket.longestRun
    memory = RawBuffer(count: size * max(1, min(longest.datagrams, longest.bytes / size)))
  }

  /// Waits for the next message.
  package func next() async -> Message { await next { self.takeMessage() } }

  /// Waits for the next message, and takes those with it that are there already and have its length.
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

  /// Whether a file has more, or something was read that no message has brought yet.
  var isIncomplete: Bool { start < end || filtered != nil || limit.leaves(of: source) }

  /// Ends a wait for input, if there is one, as cancelled.
  func interrupt() { waiting?.cancel() }

  private func takeMessage() -> UnsafeRawBufferPointer? {
    guard let filter else { return takeUnfiltered() }
    if filtered == nil, let message = takeUnfiltered() {
      let copy = RawBuffer(copying: filter.apply(to: message))
      filtered = (copy, copy.copied)
    }
    guard let (copy, rest) = filtered else { return nil }
    // What a filter adds may not fit: it is the next message.
    let message = UnsafeRawBufferPointer(rebasing: rest.prefix(size))
    if message.count == rest.count {
      (filtered, latest) = (nil, copy)
    } else {
      filtered = (copy, UnsafeRawBufferPointer(rebasing: rest.dropFirst(size)))
    }
    return message
  }

  /// Keeps the memory of what was handed out.
  private var latest: RawBuffer?

  private func takeRun() -> DatagramRun? {
    if filter != nil { return takeMessage().map { DatagramRun($0) } }
    guard let first = takeUnfiltered() else { return nil }
    let longest = DatagramSocket.longestRun
    let limit = min(longest.bytes, longest.datagrams * first.count)
    var count = first.count
    // Without lines to look for, what is there is cut at the size.
    if framing == .read { count += take(min(end - start, (limit - count) / size * size)).count }
    // Whatever is taken next lies behind what was taken before.
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

  /// How long the next message in the buffer is, if it is whole.
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
