import SocketLoop
import Sockets

/// A stream of messages as a stream of bytes, in which each message is a frame.
///
/// The stream on the other side of a relay then needs to know nothing about messages, and those may even be empty.
@LoopActor
package final class FramingStream: LayeredStream {
  package let base: any ByteStream
  private let codec: any FrameCodec.Type
  private var decoder: any FrameCodec
  /// The part of a frame that has not been read from here yet.
  private var frame: ArraySlice<UInt8> = []
  /// A message for which there was no room. The last byte of its frame counts as not written.
  private var unsent: [UInt8]?
  private var hasEnded = false
  /// An error behind messages that have not been read from here yet.
  private var readFailure: SystemError?
  /// Sends what is left when the stream has ended.
  private var rest: Task<Void, Never>?

  /// Who broke a rule of the frames, and how.
  package private(set) var fault: (isOfBase: Bool, fault: FrameFault)?

  /// How long the last message may wait for room.
  private static let patience = Duration.seconds(5)
  /// How many messages are put together into one read.
  private static let mostPerRead = 64

  package init(_ base: any ByteStream, _ format: FrameFormat) {
    self.base = base
    codec = format.codec
    decoder = format.codec.init()
  }

  package var keepsMessageBoundaries: Bool { false }

  // MARK: - From the messages

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    if frame.isEmpty, !hasEnded { try fill(buffer.count) }
    if frame.isEmpty { return hasEnded ? .moved(0) : .wouldBlock }
    let part = frame.prefix(buffer.count)
    buffer.copyBytes(from: part)
    frame = frame.dropFirst(part.count)
    return .moved(part.count)
  }

  /// Encodes the messages that have come.
  private func fill(_ wanted: Int) throws(SystemError) {
    if let readFailure { throw readFailure }
    let memory = RawBuffer(count: FrameFormat.longest + 1)
    defer { extendLifetime(memory) }
    var frames: [UInt8] = []
    do throws(SystemError) {
      for _ in 0..<Self.mostPerRead where frames.count < wanted {
        guard let next = try nextFrame(memory.bytes) else { break }
        frames += next
      }
    } catch {
      // What came before goes first.
      if frames.isEmpty { throw error }
      readFailure = error
    }
    frame = frames[...]
  }

  /// The next message as a frame; nil if none has come.
  private func nextFrame(_ buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> [UInt8]? {
    guard case .moved(let count) = try base.read(into: buffer) else { return nil }
    if count == 0, base.isAtEnd {
      hasEnded = true
      return nil
    }
    do throws(FrameFault) {
      return try codec.encode(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    } catch {
      throw broken(error, byBase: true)
    }
  }

  package func placeToRead() throws(LoopError) -> Suspension? {
    frame.isEmpty && !hasEnded ? try base.placeToRead() : nil
  }

  package var isAtEnd: Bool { true }
  package var held: Int { frame.count }
  package var remaining: Int? { nil }

  // MARK: - To the messages

  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    if fault != nil { throw Self.error }
    if let unsent {
      guard try deliver(unsent) else { return .wouldBlock }
      self.unsent = nil
      return .moved(1)
    }
    var used = 0
    while used < bytes.count {
      let step: (used: Int, message: [UInt8]?)
      do throws(FrameFault) {
        step = try decoder.take(UnsafeRawBufferPointer(rebasing: bytes[used...]))
      } catch {
        throw broken(error, byBase: false)
      }
      used += step.used
      guard let message = step.message, try !deliver(message) else { continue }
      unsent = message
      return used > 1 ? .moved(used - 1) : .wouldBlock
    }
    return .moved(used)
  }

  /// Whether there was room for a message.
  private func deliver(_ message: [UInt8]) throws(SystemError) -> Bool {
    // A connection has no empty messages: they would be its end.
    if message.isEmpty, !base.hasNoEnd { return true }
    let copy = RawBuffer(copying: message)
    defer { extendLifetime(copy) }
    if case .moved = try base.write(copy.copied) { return true }
    return false
  }

  package func placeToWrite() throws(LoopError) -> Suspension? { try base.placeToWrite() }

  // MARK: - Ends

  package func wroteAll() throws(SystemError) {
    do throws(FrameFault) {
      if let message = try decoder.end(), !last(message) { unsent = message }
    } catch {
      throw broken(error, byBase: false)
    }
  }

  package func finish() throws(SystemError) {
    if fault != nil { return }
    if unsent == nil { return try base.finish() }
    rest = Task(executorPreference: EventLoop.shared) { await self.finishLate() }
  }

  /// Sends the last message once there is room for it, and ends the base.
  private func finishLate() async {
    let deadline = MonotonicTime.after(Self.patience)
    while let message = unsent {
      do { try await base.writable(until: deadline) } catch { return }
      if last(message) { unsent = nil }
    }
    try? base.finish()
  }

  /// Whether a last message, which no further bytes complete, has been sent, or never will be.
  private func last(_ message: [UInt8]) -> Bool { (try? deliver(message)) ?? true }

  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    if fault != nil { return await base.close(.abort, afterEnd: afterEnd) }
    if closing != .abort, closing != .atOnce { await rest?.value }
    return await base.close(closing, afterEnd: afterEnd)
  }

  private func broken(_ fault: FrameFault, byBase: Bool) -> SystemError {
    self.fault = (byBase, fault)
    return Self.error
  }

  private static let error = SystemError(call: "write", number: .badMessage, subject: "a broken frame")
}
