import SocketLoop
import Sockets

/// A stream whose reads end at the end of a line, for an output that several of them share.
///
/// A last line gets the line feed that it lacks, also where reading stops before the end. A line of more than 64 KiB comes in pieces.
@LoopActor
package final class WholeLineStream: LayeredStream {
  package let base: any ByteStream
  /// What has been read: whole lines, and what is not one yet.
  private var lines: ArraySlice<UInt8> = []
  private var rest: [UInt8] = []
  private var hasEnded = false
  /// What ended the base, behind what came before.
  private var broken: SystemError?

  package init(_ base: any ByteStream) { self.base = base }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    while lines.isEmpty {
      if let broken { throw broken }
      if hasEnded { return .moved(0) }
      do throws(SystemError) {
        switch try base.read(into: buffer) {
        case .wouldBlock: return .wouldBlock
        case .moved(0): end(nil)
        case .moved(let count): take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
      } catch {
        end(error)
      }
    }
    return .moved(give(into: buffer))
  }

  /// What has been read is still to be had, with the end of its line.
  package func stopReading() {
    base.stopReading()
    if !hasEnded { end(nil) }
  }

  /// Whether it has read something that it has not handed out.
  package var isHolding: Bool { !lines.isEmpty || !rest.isEmpty }

  private func take(_ bytes: UnsafeRawBufferPointer) {
    guard let last = bytes.lastIndex(of: 0x0a) else {
      rest += bytes
      if rest.count >= FrameFormat.longest { (lines, rest) = (rest[...], []) }
      return
    }
    lines = (rest + bytes[...last])[...]
    rest = [UInt8](bytes[(last + 1)...])
  }

  private func end(_ error: SystemError?) {
    hasEnded = true
    broken = error
    if !rest.isEmpty { lines += rest + [0x0a] }
    rest = []
  }

  /// Hands out as many whole lines as there is room for, or the beginning of one that is too long.
  private func give(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var part = lines.prefix(buffer.count)
    if part.count < lines.count, let last = part.lastIndex(of: 0x0a) { part = part[...last] }
    buffer.copyBytes(from: part)
    lines = lines.dropFirst(part.count)
    return part.count
  }

  package func placeToRead() throws(LoopError) -> Suspension? {
    lines.isEmpty && !hasEnded ? try base.placeToRead() : nil
  }

  package var held: Int { base.held + lines.count + rest.count }
}
