import SocketLoop
import Sockets

extension Pump {
  /// How many bytes one call may move.
  private static let chunk = 1 << 20
  /// A pipe as it comes holds 64 KiB.
  private static let usualPipe = 65_536

  /// One end is a pipe: its pages go to the socket, or the socket's to it.
  func splice() async throws(Interruption) {
    // With a limit each piece has to wait for its turn, and only the task can.
    if !isLimited { try await copyShortMessages() }
    // One closure for all waits.
    let moveShort: (@LoopActor () -> Bool)? = isLimited ? nil : moveShortMessage
    while true {
      let allowed = isLimited ? try await allowance(Self.chunk) : atMost(Self.chunk)
      switch try move({ () throws(SystemError) in try splicePages(allowed) }) {
      case nil: return fallBack()
      case .moved(0): if try await sourceHasEnded() { throw Interruption(ending: .sourceEnded) }
      case .moved(let count):
        took(count)
        flow.moved(count)
        if isStopping { throw Interruption(ending: .stopped) }
        if isTimeToYield() { await Task.yield() }
        // Before a wait, which may find what only the next splice here takes.
        if isBetterCopied(after: count) { return }
        // Only when there is much to move: a short message should cost no call more.
        (source.kind == .pipe ? source : sink).enlarge(after: count)
        // Behind a short message there is seldom another one: to ask is cheaper than to try, and then to ask which end it was.
        if count < Self.usualPipe / 2 { try await waitForWhatLacks(insteadOfWaking: moveShort) }
      case .wouldBlock: try await waitForWhatLacks(insteadOfWaking: moveShort)
      }
    }
  }

  private func waitForWhatLacks(insteadOfWaking moveShort: (@LoopActor () -> Bool)?) async throws(Interruption) {
    guard let end = try endToWaitFor() else { return }
    if case .source = end { return try await wait(for: end, insteadOfWaking: moveShort) }
    try await wait(for: end)
  }

  /// Whether what comes is written little by little, to a pipe: this returns, to begin with ``copyShortMessages()`` again.
  private func isBetterCopied(after count: Int) -> Bool {
    if isLimited || source.kind != .pipe { return false }
    return writer.writesLittle(afterSplice: count) { (try? sink.descriptor.isReady(.writable)) == true }
  }

  private func splicePages(_ count: Int) throws(SystemError) -> IOResult {
    source.lookForDescriptors()
    return try source.descriptor.splice(to: sink.descriptor, count: count)
  }

  /// Moves what has come while the task waits for the source: true where that was all.
  private func moveShortMessage() -> Bool {
    let wasShort = moveAsleep(lessThan: Self.usualPipe / 2) { () throws(SystemError) in
      try splicePages(atMost(Self.chunk))
    }
    return wasShort && source.remaining > 0 && (try? source.descriptor.isReady(.readable)) == false
  }

  /// Neither end is a pipe: the pages go through one of ours, which is emptied before it is filled again.
  func spliceThroughPipe() async throws(Interruption) {
    let pipe: Pipe
    do throws(SystemError) {
      pipe = try Pipe()
    } catch {
      return fallBack()
    }
    let writeEnd = pipe.writeEnd.borrowed
    let readEnd = pipe.readEnd.borrowed
    var mayEnlarge = true
    while true {
      let allowed = isLimited ? try await allowance(Self.chunk) : atMost(Self.chunk)
      // With the mode of a socket that was inherited, splice(2) may wait: not for what is there already.
      if source.mustBeAsked, !(try isReady(source, .readable)) {
        try await wait(for: .source)
        continue
      }
      source.lookForDescriptors()
      switch try move({ () throws(SystemError) in try source.descriptor.splice(to: writeEnd, count: allowed) }) {
      case nil: return fallBack()
      case .moved(0): if try await sourceHasEnded() { throw Interruption(ending: .sourceEnded) }
      case .moved(let count):
        took(count)
        try await empty(readEnd, of: count)
        if isStopping { throw Interruption(ending: .stopped) }
        // The sink refused, and got this much by copying; the rest is copied too.
        if path == .copy { return }
        if isTimeToYield() { await Task.yield() }
        if mayEnlarge, count >= Self.usualPipe / 2 {
          try? writeEnd.setPipeCapacity(Self.chunk)
          mayEnlarge = false
        }
      case .wouldBlock: try await wait(for: .source)
      }
    }
  }

  /// Whether a splice that moved nothing met the end.
  ///
  /// On TCP it also stops at the mark of urgent data, which only recv(2) passes: what that brings is written, and the
  /// splicing goes on.
  private func sourceHasEnded() async throws(Interruption) -> Bool {
    // TIPC tells of the end once: who asks again waits for ever.
    if !source.mayHaveMark || source.remaining == 0 { return true }
    let memory = RawBuffer(count: 4096)
    defer { extendLifetime(memory) }
    let result: IOResult
    do throws(SystemError) {
      result = try source.read(into: memory.bytes)
    } catch {
      throw Interruption(ending: .sourceFailed(error))
    }
    guard case .moved(let count) = result else { return false }
    if count == 0 { return true }
    try await writeAll(UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]))
    return false
  }

  /// Writes what is in our pipe, by splice, or by copying where the sink cannot be spliced to (`O_APPEND`).
  private func empty(_ pipe: Descriptor, of count: Int) async throws(Interruption) {
    var rest = count
    while rest > 0 {
      let result: IOResult
      do throws(SystemError) {
        result = try pipe.splice(to: sink.descriptor, count: rest)
      } catch {
        guard Self.isRefusal(error) else { throw Interruption(ending: .sinkFailed(error)) }
        try await copyOut(of: pipe, count: rest)
        return fallBack()
      }
      switch result {
      case .moved(let moved):
        flow.moved(moved)
        rest -= moved
      case .wouldBlock: try await wait(for: .sink(holdingBytes: true))
      }
    }
  }

  private func copyOut(of pipe: Descriptor, count: Int) async throws(Interruption) {
    let memory = RawBuffer(count: count)
    let buffer = memory.bytes
    defer { extendLifetime(memory) }
    var filled = 0
    while filled < count {
      do throws(SystemError) {
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
        guard case .moved(let moved) = try pipe.read(into: target), moved > 0 else { break }
        filled += moved
      } catch {
        throw Interruption(ending: .sourceFailed(error))
      }
    }
    try await writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
  }

  /// A file's pages, from the cache to the socket.
  func sendFile() async throws(Interruption) {
    while true {
      let (from, to) = (source.descriptor, sink.descriptor)
      let allowed = isLimited ? try await allowance(Self.chunk) : atMost(Self.chunk)
      switch try move({ () throws(SystemError) in try from.sendFile(to: to, count: allowed) }) {
      case nil: return fallBack()
      case .moved(0): throw Interruption(ending: .sourceEnded)
      case .moved(let count):
        took(count)
        flow.moved(count)
        if isStopping { throw Interruption(ending: .stopped) }
        if isTimeToYield() { await Task.yield() }
      case .wouldBlock: try await wait(for: .sink(holdingBytes: false))
      }
    }
  }

  /// splice(2) said would-block, and not which end it is: both are asked, for the one that is not ready.
  ///
  /// When both are, something changed since the call, and it is made again: a wait for an end that is ready already
  /// would last for ever, since only changes are reported.
  private func endToWaitFor() throws(Interruption) -> Awaited? {
    if !(try isReady(source, .readable)) { return .source }
    return try isReady(sink, .writable) ? nil : .sink(holdingBytes: false)
  }

  func isReady(_ end: StreamEnd, _ events: EpollEvents) throws(Interruption) -> Bool {
    do throws(SystemError) {
      return try end.descriptor.isReady(events)
    } catch {
      throw Interruption(ending: end === source ? .sourceFailed(error) : .sinkFailed(error))
    }
  }
}
