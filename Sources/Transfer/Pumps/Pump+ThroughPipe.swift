import SocketLoop
import Sockets

/// Splicing when neither end is a pipe: the pages pass through a pipe of our own.
extension Pump {
  /// The capacity of our pipe on the way to a file. Half and double this size both measured slower.
  private static let capacityForFile = 1 << 19

  /// Splices into our pipe, and empties it before filling it again.
  func spliceThroughPipe(_ pages: TransferPath.Pages) async throws(Interruption) {
    let (source, sink) = (pages.source, pages.sink)
    if self.pipe == nil { try await copyShortMessages(pages) }
    let pipe: SplicePipe
    do throws(SystemError) {
      pipe = if let kept = self.pipe { kept } else { try SplicePipe.take() }
    } catch {
      return fallBack()
    }
    self.pipe = pipe
    // What could not be written while the pump rested.
    if pipe.count > 0 { try await empty(pipe, into: sink) }
    while true {
      if isStopping { throw Interruption(ending: .stopped) }
      // The sink refused to be spliced to. This block was copied, and the rest will be too.
      if path == .copy { return releasePipe() }
      let allowed = isLimited ? try await allowance(capacity(for: sink)) : atMost(capacity(for: sink))
      // On an inherited blocking socket splice(2) may block, but not while there is data to take.
      if source.mustBeAsked, !(try isReady(source, .readable)) {
        try await wait(for: .source)
        continue
      }
      switch try move({ () throws(SystemError) in try fill(pipe, from: source, allowed) }) {
      case nil: return fallBack()
      case .moved(0): if try await sourceHasEnded(source) { throw Interruption(ending: .sourceEnded) }
      case .moved:
        try await empty(pipe, into: sink)
        if isTimeToYield() { await Task.yield() }
      case .wouldBlock:
        if try mayBeAtMark(source) {
          if try await sourceHasEnded(source) { throw Interruption(ending: .sourceEnded) }
          if isTimeToYield() { await Task.yield() }
        } else if mayRest, sink.kind == .socket, !isLimited {
          throw .rest
        } else {
          try await wait(for: .source)
        }
      }
    }
  }

  private func capacity(for sink: DescriptorStream) -> Int {
    sink.kind == .regularFile ? Self.capacityForFile : Self.chunk
  }

  private func fill(_ pipe: SplicePipe, from source: DescriptorStream, _ allowed: Int) throws(SystemError) -> IOResult {
    source.lookForDescriptors()
    let result = try source.descriptor.splice(to: pipe.writeEnd, count: allowed)
    if case .moved(let count) = result { pipe.count = count }
    return result
  }

  private func empty(_ pipe: SplicePipe, into sink: DescriptorStream) async throws(Interruption) {
    let count = pipe.count
    took(count)
    if sink.kind == .regularFile {
      try await empty(pipe.readEnd, of: count, intoFile: sink.descriptor)
    } else {
      try await empty(pipe.readEnd, of: count, into: sink.descriptor)
    }
    pipe.count = 0
    pipe.enlarge(to: capacity(for: sink), after: count)
  }

  /// Splices what has come while the pump rests.
  ///
  /// - Returns: true if the source has nothing more. What could not be done is left to the task.
  func spliceWhatCame(_ pages: TransferPath.Pages) -> Bool {
    guard let pipe else { return false }
    var most = 0
    for _ in 0..<Self.mostSteps {
      let result: IOResult
      do throws(SystemError) {
        result = try fill(pipe, from: pages.source, atMost(Self.chunk))
      } catch {
        ahead = .error(error)
        return false
      }
      guard case .moved(let count) = result, count > 0 else {
        let isDrained = result == .wouldBlock && (try? mayBeAtMark(pages.source)) == false
        if !isDrained { ahead = .result(result) }
        // Short messages cost less when they are copied.
        if isDrained, most < ShortMessages.size { releasePipe() }
        return isDrained
      }
      most = max(most, count)
      guard emptyAtOnce(pipe, into: pages.sink.descriptor), !isStopping else { return false }
    }
    return false
  }

  /// Moves the contents of our pipe to the sink as far as there is room. Returns whether all of it was moved.
  private func emptyAtOnce(_ pipe: SplicePipe, into sink: Descriptor) -> Bool {
    let filled = pipe.count
    while pipe.count > 0 {
      guard case .moved(let moved)? = try? pipe.readEnd.splice(to: sink, count: pipe.count), moved > 0 else {
        return false
      }
      pipe.count -= moved
      carried(moved)
    }
    pipe.enlarge(to: Self.chunk, after: filled)
    return true
  }

  /// Gives the pipe back.
  func releasePipe() {
    pipe?.release()
    pipe = nil
  }

  /// Moves the contents of our pipe to the sink, by splice(2), or by copying if the sink refuses that.
  private func empty(_ pipe: Descriptor, of count: Int, into sink: Descriptor) async throws(Interruption) {
    var rest = count
    while rest > 0 {
      let result: IOResult
      do throws(SystemError) {
        result = try pipe.splice(to: sink, count: rest)
      } catch {
        guard Self.isRefusal(error) else { throw Interruption(ending: .sinkFailed(error)) }
        return try await copy(rest, outOf: pipe)
      }
      switch result {
      case .moved(let moved):
        counter.add(moved)
        rest -= moved
      case .wouldBlock: try await wait(for: .sink(holdingBytes: true))
      }
    }
  }

  /// Moves the contents of our pipe to a file, after whatever this or another process has written to it.
  ///
  /// splice(2) advances the file position without the lock that write(2) takes, so it could overwrite what another
  /// process writes to the same open file (such as the redirected output of a script). Instead, lseek(2), which takes
  /// that lock, reserves a range, which is then filled.
  private func empty(_ pipe: Descriptor, of count: Int, intoFile file: Descriptor) async throws(Interruption) {
    guard let start = try? file.skip(count) else { return try await copy(count, outOf: pipe) }
    let end = start + count
    var place = start
    do throws(SystemError) {
      try fill(file, from: &place, to: end, outOf: pipe)
    } catch {
      file.giveBack(end - place, before: end)
      throw Interruption(ending: .sinkFailed(error))
    }
  }

  private func fill(_ file: Descriptor, from place: inout Int, to end: Int, outOf pipe: Descriptor) throws(SystemError)
  {
    do throws(SystemError) {
      while place < end { place += try counted(pipe.splice(to: file, at: place, count: end - place)) }
    } catch {
      guard Self.isRefusal(error) else { throw error }
      let rest = try take(end - place, outOf: pipe)
      defer { extendLifetime(rest) }
      while place < end {
        let bytes = UnsafeRawBufferPointer(rebasing: rest.copied.suffix(end - place))
        place += try counted(file.write(bytes, at: place))
      }
      fallBack()
    }
  }

  /// Counts and returns what a call wrote to a file. A regular file never blocks, so anything but progress is an error.
  private func counted(_ result: IOResult) throws(SystemError) -> Int {
    guard case .moved(let count) = result, count > 0 else { throw SystemError(call: "write", number: .inputOutput) }
    counter.add(count)
    return count
  }

  /// Copies the contents of our pipe to the sink, and switches to copying for the rest of the transfer.
  private func copy(_ count: Int, outOf pipe: Descriptor) async throws(Interruption) {
    let rest: RawBuffer
    do throws(SystemError) {
      rest = try take(count, outOf: pipe)
    } catch {
      throw Interruption(ending: .sourceFailed(error))
    }
    defer { extendLifetime(rest) }
    try await writeAll(rest.copied)
    fallBack()
  }

  private func take(_ count: Int, outOf pipe: Descriptor) throws(SystemError) -> RawBuffer {
    let memory = RawBuffer(count: count)
    while memory.count < count {
      let room = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[memory.count..<count])
      guard case .moved(let moved) = try pipe.read(into: room), moved > 0 else { break }
      memory.count += moved
    }
    return memory
  }
}
