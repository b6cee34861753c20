import Glibc
import SocketLoop
import Sockets

extension Digest {
  /// Adds bytes of a file, block by block, so that signals and the deadline are still handled.
  ///
  /// - Throws: `ECANCELED` if the task was cancelled, `EIO` if the file is too short.
  package func update(from file: Descriptor, at start: Int = 0, count: Int) async throws(SystemError) {
    let memory = RawBuffer(count: 262_144)
    defer { extendLifetime(memory) }
    var done = 0
    while done < count {
      if Task.isCancelled { throw SystemError(call: "pread", number: ErrorNumber(rawValue: ECANCELED)) }
      let wanted = UnsafeMutableRawBufferPointer(rebasing: memory.bytes.prefix(count - done))
      guard case .moved(let moved) = try file.read(into: wanted, at: start + done), moved > 0 else {
        throw SystemError(call: "pread", number: .inputOutput)
      }
      update(UnsafeRawBufferPointer(rebasing: wanted.prefix(moved)))
      done += moved
      await Task.yield()
    }
  }
}
