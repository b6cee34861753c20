import SocketLoop
import Sockets

/// Reads a descriptor line by line without blocking the loop.
@LoopActor
final class LineReader {
  private let descriptor: Descriptor
  private let watch: Watch
  private var bytes: [UInt8] = []
  private var start = 0
  private var hasEnded = false

  init(_ descriptor: CInt) {
    self.descriptor = Descriptor(descriptor)
    watch = Watch(descriptor)
  }

  func close() { watch.close() }

  /// The next line without its newline; nil after the last one.
  func next() async throws(LoopError) -> [UInt8]? {
    var searched = start
    while true {
      if let end = bytes[searched...].firstIndex(of: 10) {
        defer { start = end + 1 }
        let line = bytes[start..<end]
        return Array(line.last == 13 ? line.dropLast() : line)
      }
      if hasEnded {
        guard start < bytes.count else { return nil }
        defer { start = bytes.count }
        return Array(bytes[start...])
      }
      // Lines that were returned are freed: memory is bounded by the longest line.
      bytes.removeFirst(start)
      start = 0
      searched = bytes.count
      try await fill()
    }
  }

  private func fill() async throws(LoopError) {
    do throws(SystemError) {
      if try descriptor.isReady(.readable) {
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
        defer { chunk.deallocate() }
        guard case .moved(let count) = try descriptor.read(into: chunk) else { return }
        hasEnded = count == 0
        bytes.append(contentsOf: chunk[..<count])
        return
      }
    } catch {
      throw .system(error)
    }
    try await watch.readable()
  }
}
