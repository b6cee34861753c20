import SocketLoop
import Sockets

/// Hands out another stream line by line, with a pause between two lines: `--line-delay`.
@LoopActor
package final class PacedLineStream: SourceStream {
  private let source: any ByteStream
  /// Here rather than at the reader, since this stream reads ahead.
  private let limit: ReadLimit
  private let delay: Duration
  private let memory = RawBuffer(count: 65_536)
  /// The bounds of the bytes that were read and not handed out yet.
  private var unread = 0..<0
  /// Before when the next line is not handed out; nil within a line.
  private var pauseEnd: MonotonicTime?
  private var isPausing = false
  private let pauseOver = Suspension()

  /// - Parameters:
  ///   - limit: how much of the source is read.
  ///   - delay: the pause between two lines.
  package init(_ source: any ByteStream, limit: ReadLimit, delay: Duration) {
    self.source = source
    self.limit = limit
    self.delay = delay
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    if isPausing { return .wouldBlock }
    if unread.isEmpty {
      let result = try limit.read(into: memory.bytes) { (room) throws(SystemError) in try source.read(into: room) }
      guard case .moved(let count) = result, count > 0 else { return result }
      unread = 0..<count
    }
    // Only now, so that the end does not wait.
    if let end = pauseEnd, MonotonicTime.now < end {
      pause(until: end)
      return .wouldBlock
    }
    return .moved(take(into: buffer))
  }

  /// Hands out the rest of a line, or as much of it as has been read and fits.
  private func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let ahead = UnsafeRawBufferPointer(rebasing: memory.bytes[unread].prefix(buffer.count))
    let lineEnd = ahead.firstIndex(of: 0x0a).map { $0 + 1 }
    let count = lineEnd ?? ahead.count
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: ahead[..<count]))
    unread = (unread.lowerBound + count)..<unread.upperBound
    pauseEnd = lineEnd == nil ? nil : .after(delay)
    return count
  }

  private func pause(until end: MonotonicTime) {
    isPausing = true
    Task(executorPreference: EventLoop.shared) { await self.sleep(until: end) }
  }

  private func sleep(until end: MonotonicTime) async {
    try? await EventLoop.sleep(until: end)
    isPausing = false
    pauseOver.resume()
  }

  package func placeToRead() throws(LoopError) -> Suspension? {
    if isPausing { return pauseOver }
    return unread.isEmpty ? try source.placeToRead() : nil
  }

  package func stopReading() { source.stopReading() }

  package var held: Int { unread.count }
  package var remaining: Int? { source.remaining.map { $0 + unread.count } ?? (unread.isEmpty ? nil : unread.count) }
}
