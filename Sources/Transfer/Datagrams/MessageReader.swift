import SocketLoop
import Sockets

/// Cuts our input into the messages that become datagrams: one read each, or one line each.
@LoopActor
public final class MessageReader {
  /// How input is cut.
  public enum Framing: String, Sendable, CaseIterable {
    /// One read is one datagram.
    case read
    /// One line is one datagram, its newline included.
    case line
  }

  /// What ``next()`` brought.
  public enum Message {
    /// Valid until the next call.
    case bytes(UnsafeRawBufferPointer)
    case end
    case failed(SystemError)
    case cancelled
  }

  private let source: StreamEnd
  private let framing: Framing
  private let filter: (any ByteFilter)?
  private let memory: RawBuffer
  private var buffer: UnsafeMutableRawBufferPointer { memory.bytes }
  /// What is in the buffer, and not handed out yet.
  private var start = 0
  private var end = 0
  private var sourceHasEnded = false
  /// What a filter made of the latest message.
  private var filtered: RawBuffer?

  /// - Parameter size: the most bytes of one message; a longer line is cut there.
  public init(_ source: StreamEnd, size: Int, framing: Framing, filter: (any ByteFilter)? = nil) {
    self.source = source
    self.framing = framing
    self.filter = filter
    memory = RawBuffer(count: size)
  }

  /// Waits for the next message.
  public func next() async -> Message {
    while true {
      if let message = takeMessage() { return .bytes(filter.map { apply($0, to: message) } ?? message) }
      if sourceHasEnded { return .end }
      if start > 0 { makeRoom() }
      do throws(SystemError) {
        switch try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...])) {
        case .moved(0): sourceHasEnded = true
        case .moved(let count): end += count
        case .wouldBlock:
          do throws(LoopError) {
            try await source.watch.readable()
          } catch {
            return .cancelled
          }
        }
      } catch {
        return .failed(error)
      }
    }
  }

  /// Ends a wait for input, if there is one, as cancelled.
  func interrupt() { source.watch.interrupt() }

  /// The next message in the buffer, if it is whole.
  private func takeMessage() -> UnsafeRawBufferPointer? {
    if start == end { return nil }
    let unread = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
    var length = unread.count
    if framing == .line, !sourceHasEnded || unread.contains(0x0a) {
      if let newline = unread.firstIndex(of: 0x0a) {
        length = newline + 1
      } else if unread.count < buffer.count {
        return nil
      }
    }
    start += length
    if start == end { (start, end) = (0, 0) }
    return UnsafeRawBufferPointer(rebasing: unread[..<length])
  }

  private func makeRoom() {
    let unread = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
    buffer.copyMemory(from: unread)
    end -= start
    start = 0
  }

  private func apply(_ filter: any ByteFilter, to message: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let copy = RawBuffer(copying: filter.apply(to: message))
    filtered = copy
    return copy.copied
  }
}
