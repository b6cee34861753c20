import SocketLoop
import Sockets

/// The controlling side of a pseudo-terminal as a stream.
@LoopActor
final class PseudoTerminalStream: LayeredStream {
  let base: any ByteStream
  private var hasFinished = false
  /// Whether the last line that was typed lacks its end.
  private var isInLine = false

  init(_ terminal: consuming PseudoTerminal) throws(SystemError) {
    base = try DescriptorStream(owning: terminal.take(), isNonBlocking: true)
  }

  /// Reads what was written to the terminal. When no program has it open any more, the kernel says `EIO`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    do throws(SystemError) {
      return try base.read(into: buffer)
    } catch {
      if error.number == .inputOutput { return .moved(0) }
      throw error
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    let result = try base.write(bytes)
    if case .moved(let count) = result, count > 0 {
      // A terminal takes a carriage return for a line feed.
      isInLine = bytes[count - 1] != 0x0a && bytes[count - 1] != 0x0d
    }
    return result
  }

  /// Types the end-of-file character, Ctrl-D: a terminal cannot be ended by halves.
  ///
  /// Within a line, the first one only hands over what has been typed, and a second one is read as the end.
  func finish() throws(SystemError) {
    if hasFinished { return }
    hasFinished = true
    let rest = try type(isInLine ? [4, 4] : [4])
    if !rest.isEmpty { Task(executorPreference: EventLoop.shared) { await self.typeLater(rest) } }
  }

  /// Types what there is room for, and returns the rest.
  private func type(_ characters: ArraySlice<UInt8>) throws(SystemError) -> ArraySlice<UInt8> {
    let memory = RawBuffer(copying: [UInt8](characters))
    defer { extendLifetime(memory) }
    guard case .moved(let count) = try base.write(memory.copied) else { return characters }
    return characters.dropFirst(count)
  }

  /// Types the rest once the program has read enough. If the terminal is closed or fails meanwhile, nobody waits for it.
  private func typeLater(_ characters: ArraySlice<UInt8>) async {
    var rest = characters
    do {
      while !rest.isEmpty {
        if let place = try base.placeToWrite() { try await place.suspend() }
        rest = try type(rest)
      }
    } catch {}
  }

  func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    await base.close(closing, afterEnd: afterEnd)
  }
}
