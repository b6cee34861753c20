import Glibc
import SocketLoop
import Sockets

extension DescriptorStream {
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    switch readMethod {
    case .socket where didLoseDescriptors != nil: return try receiveAndNote(into: buffer)
    case .socket:
      if let urgentSink { return try readUpToMark(into: buffer, for: urgentSink) }
      return try descriptor.receiveWithoutWaiting(into: buffer)
    case .messages: return try observer?.receive(from: descriptor, into: buffer) ?? .moved(0)
    case .direct: return try descriptor.read(into: buffer)
    case .nothing: return .moved(0)
    case .noWait:
      do throws(SystemError) {
        return try descriptor.readWithoutWaiting(into: buffer)
      } catch {
        guard error.number == .notSupported else { throw error }
        readMethod = .whenReady
        return try read(into: buffer)
      }
    case .whenReady:
      guard try descriptor.isReady(.readable) else { return .wouldBlock }
      do throws(SystemError) {
        return try descriptor.read(into: buffer)
      } catch {
        // Nothing can be typed any more: its other end has gone, or this is a background process that nothing will
        // bring to the foreground again.
        if kind == .terminal, error.number == .inputOutput { return .moved(0) }
        throw error
      }
    }
  }

  /// Whether a non-blocking read takes a single system call.
  var isReadAtOnce: Bool { readMethod != .whenReady }

  /// Whether, after a read that did not fill its buffer, the loop is sure to report whatever comes next.
  ///
  /// That holds for pipes and TCP, unless packets, urgent data or the end of the stream may have cut the read short. In
  /// all other cases this polls the descriptor.
  func isDrainedByShortRead() -> Bool {
    if isDrainedAtOnce, watch.state.sawOnlyData { return true }
    if !watch.isRegistered { return true }
    return (try? descriptor.isReady(.readable)) == false
  }
}

extension DescriptorStream {
  package func write(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    switch writeMethod {
    case .socket, .messages:
      return writesUrgent ? try writeUrgently(buffer) : try descriptor.sendWithoutWaiting(buffer)
    case .direct: return try descriptor.write(buffer)
    case .nothing: return .moved(buffer.count)
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
    case .nothing: return .moved(vectors.reduce(0) { $0 + $1.iov_len })
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

extension DescriptorStream {
  /// Records the size of a regular file before reading it.
  func noteSize() {
    if kind == .regularFile { initialSize = descriptor.sizeAndOffset()?.size ?? 0 }
  }

  /// Call at the end of a regular file. Returns an error if the file has shrunk since reading began, so that part of it
  /// was never read.
  ///
  /// This compares sizes rather than counting bytes, because files in `/sys` claim to be longer than they are.
  func shrinkage() -> SystemError? {
    guard kind == .regularFile, let now = descriptor.sizeAndOffset(), now.size < initialSize, now.position < initialSize
    else { return nil }
    return SystemError(
      call: "read", number: .noData,
      subject: "a file that shrank from \(initialSize) to \(now.size) bytes while it was read")
  }
}

/// Makes the writers of one stream take turns, so that what each one writes stays in one piece.
@LoopActor
package final class WriteTurns {
  private var waiting: [Suspension] = []
  private var isWriting = false

  nonisolated init() {}

  /// Waits for a turn. ``end()`` passes it on to the next in line.
  func take() async throws(LoopError) {
    if isWriting {
      let turn = Suspension()
      waiting.append(turn)
      do throws(WaitError) {
        try await turn.suspend()
      } catch {
        waiting.removeAll { $0 === turn }
        throw .cancelled
      }
    }
    isWriting = true
  }

  /// Whether somebody is writing.
  var isTaken: Bool { isWriting }

  /// Takes the turn of a writer that has begun to write while nobody else was.
  func begin() { isWriting = true }

  func end() {
    isWriting = false
    if !waiting.isEmpty {
      isWriting = true
      waiting.removeFirst().resume()
    }
  }
}
