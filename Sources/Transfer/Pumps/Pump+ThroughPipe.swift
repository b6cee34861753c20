import SocketLoop
import Sockets

/// Splicing when neither end is a pipe: the pages pass through a pipe of our own.
extension Pump {
  /// The capacity of our pipe on the way to a file. Half and double this size both measured slower.
  private static let capacityForFile = 1 << 19

  /// Splices into our pipe, and empties it before filling it again.
  func spliceThroughPipe(_ pages: TransferPath.Pages) async throws(Interruption) {
    let (source, sink) = (pages.source, pages.sink)
    try await copyShortMessages(pages)
    let pipe: Pipe
    do throws(SystemError) {
      pipe = try Pipe()
    } catch {
      return fallBack()
    }
    let writeEnd = pipe.writeEnd.borrowed
    let readEnd = pipe.readEnd.borrowed
    let capacity = sink.kind == .regularFile ? Self.capacityForFile : Self.chunk
    var mayEnlarge = true
    while true {
      let allowed = isLimited ? try await allowance(capacity) : atMost(capacity)
      // On an inherited blocking socket splice(2) may block, but not while there is data to take.
      if source.mustBeAsked, !(try isReady(source, .readable)) {
        try await wait(for: .source)
        continue
      }
      source.lookForDescriptors()
      switch try move({ () throws(SystemError) in try source.descriptor.splice(to: writeEnd, count: allowed) }) {
      case nil: return fallBack()
      case .moved(0): if try await sourceHasEnded(source) { throw Interruption(ending: .sourceEnded) }
      case .moved(let count):
        took(count)
        if sink.kind == .regularFile {
          try await empty(readEnd, of: count, intoFile: sink.descriptor)
        } else {
          try await empty(readEnd, of: count, into: sink.descriptor)
        }
        if isStopping { throw Interruption(ending: .stopped) }
        // The sink refused to be spliced to. This block was copied, and the rest will be too.
        if path == .copy { return }
        if isTimeToYield() { await Task.yield() }
        if mayEnlarge, count >= Self.usualPipe / 2 {
          try? writeEnd.setPipeCapacity(capacity)
          mayEnlarge = false
        }
      case .wouldBlock:
        if try mayBeAtMark(source) {
          if try await sourceHasEnded(source) { throw Interruption(ending: .sourceEnded) }
          if isTimeToYield() { await Task.yield() }
        } else {
          try await wait(for: .source)
        }
      }
    }
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
