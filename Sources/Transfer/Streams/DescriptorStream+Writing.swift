import Glibc
import SocketLoop
import Sockets

extension DescriptorStream {
  package func write(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    switch writeMethod {
    case .socket, .messages: return try descriptor.sendWithoutWaiting(buffer)
    case .direct: return try descriptor.write(buffer)
    case .noWait:
      do throws(SystemError) {
        return try descriptor.writeWithoutWaiting(buffer)
      } catch {
        guard error.number == .notSupported else { throw error }
        reopen()
        return try write(buffer)
      }
    case .whenReady:
      guard try descriptor.isReady(.writable) else { return .wouldBlock }
      return try descriptor.write(UnsafeRawBufferPointer(rebasing: buffer.prefix(4096)))
    }
  }

  /// Writes what there is room for of bytes in several places, and never waits.
  func write(_ vectors: UnsafeMutableBufferPointer<iovec>) throws(SystemError) -> IOResult {
    switch writeMethod {
    case .direct: return try descriptor.write(vectors)
    case .noWait:
      do throws(SystemError) {
        return try descriptor.writeWithoutWaiting(vectors)
      } catch {
        guard error.number == .notSupported else { throw error }
        reopen()
        return try write(vectors)
      }
    case .socket, .messages, .whenReady:
      guard let first = vectors.first(where: { $0.iov_len > 0 }) else { return .moved(0) }
      return try write(UnsafeRawBufferPointer(start: first.iov_base, count: first.iov_len))
    }
  }

  /// Writes all of it in one piece, in the order of the calls if several tasks write.
  package func writeInTurn(_ bytes: UnsafeRawBufferPointer) async throws(LoopError) {
    try await turns.take()
    defer { turns.end() }
    try await writeAll(UnwrittenBuffer(bytes))
  }

  /// The same for an array, which stays in memory for as long as that takes.
  package func writeInTurn(_ bytes: [UInt8]) async throws(LoopError) {
    let copy = RawBuffer(copying: bytes)
    defer { extendLifetime(copy) }
    try await writeInTurn(copy.copied)
  }

  /// The same for what lies in several places. The vectors are used up.
  func writeInTurn(_ vectors: UnsafeMutableBufferPointer<iovec>, count: Int) async throws(LoopError) {
    try await turns.take()
    defer { turns.end() }
    enlarge(after: count)
    try await writeAll(UnwrittenVectors(vectors, for: self))
  }

  /// Makes a pipe hold more, once it has carried so many bytes at once. By default it holds 64 KiB, and each time it is
  /// full or empty costs two context switches.
  func enlarge(after count: Int) {
    if kind != .pipe || count < 32_768 || isEnlarged { return }
    isEnlarged = true
    try? descriptor.setPipeCapacity(1 << 20)
  }
}
