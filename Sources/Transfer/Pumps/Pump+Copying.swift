import SocketLoop
import Sockets

extension Pump {
  /// The most that one read takes.
  ///
  /// Files and devices return as much as is asked for. For sockets, reads over 64 KiB measured no faster, and a buffer
  /// of a megabyte falls out of the cache.
  private var bufferSize: Int {
    // What comes from a stream of bytes is split; a message of the command line stays whole, or is refused.
    if let longest = sink.longestMessage, !source.keepsMessageBoundaries, !(source is MemoryStream) { return longest }
    if source.keepsMessageBoundaries || sink.keepsMessageBoundaries { return max(262_144, source.held) }
    switch source.pages?.kind {
    case .regularFile, .other: return 262_144
    case .socket: return sink.pagesToWrite?.kind == .regularFile ? 262_144 : 65_536
    case .pipe, .null: return 65_536
    case .terminal: return 4096
    case nil: return min(262_144, max(4096, source.remaining ?? 65_536))
    }
  }

  /// How much the next read may take. A message is read whole as soon as the rate limit allows anything at all.
  private func readAllowance(_ size: Int) async throws(Interruption) -> Int {
    guard isLimited else { return atMost(size) }
    let allowed = try await allowance(size)
    return source.keepsMessageBoundaries || sink.keepsMessageBoundaries ? atMost(size) : allowed
  }

  /// Reads a block, then writes all of it. This path works for every kind of stream, and is the only one that works
  /// with a filter or a tap.
  func copy() async throws(Interruption) {
    // On a socket that keeps boundaries, an empty message is a message; on a byte stream it is nothing.
    if sink.keepsMessageBoundaries, source.remaining == 0 { try await writeEmptyMessage() }
    while true {
      try await copyUntilDrained()
      if mayRest { throw .rest }
      try await wait(for: .source)
    }
  }

  /// Copies until the source has nothing more for now.
  ///
  /// The buffer lives that long: a server's connections are mostly idle, and ten thousand of them must not hold one each.
  private func copyUntilDrained() async throws(Interruption) {
    let memory = RawBuffer(count: bufferSize)
    let buffer = memory.bytes
    defer { extendLifetime(memory) }
    while true {
      let allowed = isLimited ? try await readAllowance(buffer.count) : atMost(buffer.count)
      let result: IOResult
      do throws(SystemError) {
        result = try limit.read(into: .init(start: buffer.baseAddress, count: allowed)) { (room) throws(SystemError) in
          try source.read(into: room)
        }
      } catch {
        throw Interruption(ending: .sourceFailed(error))
      }
      switch result {
      case .wouldBlock: return
      case .moved(0): throw Interruption(ending: .sourceEnded)
      case .moved(let count):
        let read = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        await settings.tap?.saw(read)
        isHolding = true
        source.pages?.enlarge(after: count)
        if let filter = settings.filter {
          let filtered = RawBuffer(copying: filter.apply(to: read))
          rateUsed(filtered.count)
          defer { extendLifetime(filtered) }
          try await writeAll(filtered.copied)
        } else {
          rateUsed(count)
          try await writeAll(read)
        }
        isHolding = false
        if isStopping { throw Interruption(ending: .stopped) }
        if isTimeToYield() { await Task.yield() }
      }
    }
  }

  /// Writes all of what was read, waiting for room as needed. Other writers to the same sink wait their turn.
  func writeAll(_ bytes: UnsafeRawBufferPointer) async throws(Interruption) {
    if let turns = settings.turns, !hasTurn {
      do throws(LoopError) { try await turns.take() } catch { throw Interruption(ending: .cancelled) }
    }
    hasTurn = false
    defer { settings.turns?.end() }
    var written = 0
    try await sink.writeAll(UnwrittenBuffer(bytes)) {
      Interruption(ending: .sinkFailed($0))
    } wait: { () async throws(Interruption) in
      try await wait(for: .sink(holdingBytes: true))
    } wrote: { count in
      counter.add(UnsafeRawBufferPointer(rebasing: bytes[written..<(written + count)]))
      written += count
    }
  }

  private func writeEmptyMessage() async throws(Interruption) {
    await settings.tap?.saw(UnsafeRawBufferPointer(start: nil, count: 0))
    while true {
      do throws(SystemError) {
        if case .moved = try sink.write(UnsafeRawBufferPointer(start: nil, count: 0)) { return }
      } catch {
        throw Interruption(ending: .sinkFailed(error))
      }
      try await wait(for: .sink(holdingBytes: false))
    }
  }
}
