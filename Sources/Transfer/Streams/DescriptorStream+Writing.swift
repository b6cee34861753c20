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

  /// Writes as much of the scattered bytes as there is room for, without blocking.
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

  /// Writes everything in one piece. If several tasks write, they take turns in the order of their calls.
  package func writeInTurn(_ bytes: UnsafeRawBufferPointer) async throws(LoopError) {
    try await turns.take()
    defer { turns.end() }
    try await writeAll(UnwrittenBuffer(bytes))
  }

  /// The same for an array. A copy keeps its bytes in place across suspensions.
  package func writeInTurn(_ bytes: [UInt8]) async throws(LoopError) {
    let copy = RawBuffer(copying: bytes)
    defer { extendLifetime(copy) }
    try await writeInTurn(copy.copied)
  }

  /// The same for scattered bytes. Modifies the vectors.
  func writeInTurn(_ vectors: UnsafeMutableBufferPointer<iovec>, count: Int) async throws(LoopError) {
    try await turns.take()
    defer { turns.end() }
    enlarge(after: count)
    try await writeAll(UnwrittenVectors(vectors, for: self))
  }

  /// Enlarges a pipe's buffer after it has carried a large block. The default is 64 KiB, and every time the pipe runs
  /// full or empty costs two context switches.
  func enlarge(after count: Int) {
    if kind != .pipe || count < 32_768 || isEnlarged { return }
    isEnlarged = true
    try? descriptor.setPipeCapacity(1 << 20)
  }
}
