import SocketLoop
import Sockets

/// The controlling side of a pseudo-terminal as a stream.
@LoopActor
final class PseudoTerminalStream: LayeredStream {
  let base: any ByteStream
  private var hasFinished = false

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

  /// Types the end-of-file character, Ctrl-D: a terminal cannot be ended by halves.
  func finish() throws(SystemError) {
    if hasFinished { return }
    hasFinished = true
    let character = RawBuffer(copying: [4])
    defer { extendLifetime(character) }
    _ = try base.write(character.copied)
  }

  func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    await base.close(closing, afterEnd: afterEnd)
  }
}
