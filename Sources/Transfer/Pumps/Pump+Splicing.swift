import SocketLoop
import Sockets

extension Pump {
  /// How many bytes one call may move.
  static let chunk = 1 << 20
  /// A pipe as it comes holds 64 KiB.
  static let usualPipe = 65_536

  /// One end is a pipe: its pages go to the socket, or the socket's to it.
  func splice() async throws(Interruption) {
    try await copyShortMessages()
    // One closure for all waits. With a limit each piece has to wait for its turn, and only the task can.
    let moveShort: (@LoopActor () -> Bool)? = isLimited ? nil : moveShortMessage
    while true {
      let allowed = isLimited ? try await allowance(Self.chunk) : atMost(Self.chunk)
      switch try move({ () throws(SystemError) in try splicePages(allowed) }) {
      case nil: return fallBack()
      case .moved(0): if try await sourceHasEnded() { throw Interruption(ending: .sourceEnded) }
      case .moved(let count):
        carried(count)
        if isStopping { throw Interruption(ending: .stopped) }
        if isTimeToYield() { await Task.yield() }
        // Before a wait, which may find what only the next splice here takes.
        if isBetterCopied(after: count) { return }
        // Only when there is much to move: a short message should cost no call more.
        (source.kind == .pipe ? source : sink).enlarge(after: count)
        // To ask is cheaper than to try, and then to ask which end it was: behind a short message there is seldom another one,
        // and a writer that is just filling the pipe holds its lock, on which splice(2) spins; poll(2) takes no lock.
        try await waitForWhatLacks(insteadOfWaking: moveShort)
      case .wouldBlock:
        if try await waitForWhatLacks(insteadOfWaking: moveShort) { continue }
        if try mayBeAtMark(), try await sourceHasEnded() { throw Interruption(ending: .sourceEnded) }
        // Other tasks' turn, and the loop's, which may hear of a mark.
        await Task.yield()
      }
    }
  }

  /// - Returns: false where both ends are ready already.
  @discardableResult
  private func waitForWhatLacks(insteadOfWaking moveShort: (@LoopActor () -> Bool)?) async throws(Interruption) -> Bool
  {
    guard let end = try endToWaitFor() else { return false }
    if case .source = end {
      try await wait(for: end, insteadOfWaking: moveShort)
    } else {
      try await wait(for: end)
    }
    return true
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

  /// Whether splice(2) may have said would-block because it stands at the mark of urgent data: there is something to read.
  func mayBeAtMark() throws(Interruption) -> Bool {
    guard source.mayHaveMark, !source.watch.state.sawOnlyData else { return false }
    return try isReady(source, .readable)
  }

  /// Whether a splice that moved nothing met the end.
  ///
  /// On TCP it also stops at the mark of urgent data, which only recv(2) passes: what that brings is written, and the
  /// splicing goes on. Where the splice must not wait it says would-block there, and 0 only once the peer has ended.
  func sourceHasEnded() async throws(Interruption) -> Bool {
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

  /// A file's pages, from the cache to the socket.
  func sendFile() async throws(Interruption) {
    while true {
      let (from, to) = (source.descriptor, sink.descriptor)
      let allowed = isLimited ? try await allowance(Self.chunk) : atMost(Self.chunk)
      switch try move({ () throws(SystemError) in try from.sendFile(to: to, count: allowed) }) {
      case nil: return fallBack()
      case .moved(0): throw Interruption(ending: .sourceEnded)
      case .moved(let count):
        carried(count)
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
