import SocketLoop
import Sockets

extension Pump {
  /// What one read takes at most.
  ///
  /// Files and devices give all that is asked for; of a socket, more than 64 KiB at once gained nothing where it was
  /// measured, but a megabyte left the cache.
  private var bufferSize: Int {
    switch source.kind {
    case .regularFile, .other: 262_144
    case .socket: source.keepsMessageBoundaries || sink.kind == .regularFile ? 262_144 : 65_536
    case .pipe, .null: 65_536
    case .terminal: 4096
    }
  }

  /// read, then write all of it: the path that serves every kind, and the only one where a filter or a tap sits between.
  func copy() async throws(Interruption) {
    let memory = RawBuffer(count: bufferSize)
    let buffer = memory.bytes
    defer { extendLifetime(memory) }
    while true {
      let allowed = isLimited ? try await allowance(buffer.count) : atMost(buffer.count)
      let result: IOResult
      do throws(SystemError) {
        result = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<allowed]))
      } catch {
        throw Interruption(ending: .sourceFailed(error))
      }
      switch result {
      case .wouldBlock: try await wait(for: .source)
      case .moved(0): throw Interruption(ending: .sourceEnded)
      case .moved(let count):
        let read = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        await tap?.saw(read)
        isHolding = true
        source.enlarge(after: count)
        if let filter {
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

  func writeAll(_ bytes: UnsafeRawBufferPointer) async throws(Interruption) {
    if isShared { return try await writeInTurn(bytes) }
    var rest = bytes
    while !rest.isEmpty {
      let result: IOResult
      do throws(SystemError) {
        result = try sink.write(rest)
      } catch {
        throw Interruption(ending: .sinkFailed(error))
      }
      switch result {
      case .moved(let count):
        flow.moved(UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      case .wouldBlock: try await wait(for: .sink(holdingBytes: true))
      }
    }
  }

  /// Waits until no other pump is in the middle of a piece.
  private func writeInTurn(_ bytes: UnsafeRawBufferPointer) async throws(Interruption) {
    do throws(LoopError) {
      try await sink.writeAll(bytes)
      flow.moved(bytes)
    } catch {
      if case .system(let error) = error { throw Interruption(ending: .sinkFailed(error)) }
      throw Interruption(ending: .cancelled)
    }
  }
}
