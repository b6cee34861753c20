import SocketLoop
import Sockets

extension Pump {
  /// How many bytes one call may move.
  static let chunk = 1 << 20
  /// A pipe as it comes holds 64 KiB.
  static let usualPipe = 65_536

  /// One end is a pipe: its pages go to the socket, or the socket's to it.
  func splice(_ pages: TransferPath.Pages) async throws(Interruption) {
    let (source, sink) = (pages.source, pages.sink)
    try await copyShortMessages(pages)
    // One closure for all waits. With a limit each piece has to wait for its turn, and only the task can.
    let step: @LoopActor () -> Bool = { self.moveShortMessage(pages) }
    let moveShort = isLimited ? nil : step
    while true {
      let allowed = isLimited ? try await allowance(Self.chunk) : atMost(Self.chunk)
      switch try move({ () throws(SystemError) in try splicePages(pages, allowed) }) {
      case nil: return fallBack()
      case .moved(0): if try await sourceHasEnded(source) { throw Interruption(ending: .sourceEnded) }
      case .moved(let count):
        carried(count)
        if isStopping { throw Interruption(ending: .stopped) }
        if isTimeToYield() { await Task.yield() }
        // Before a wait, which may find what only the next splice here takes.
        if isBetterCopied(pages, after: count) { return }
        // Only when there is much to move: a short message should cost no call more.
        (source.kind == .pipe ? source : sink).enlarge(after: count)
        // To ask is cheaper than to try, and then to ask which end it was: behind a short message there is seldom another one,
        // and a writer that is just filling the pipe holds its lock, on which splice(2) spins; poll(2) takes no lock.
        try await waitForEither(pages, whileWaiting: moveShort)
      case .wouldBlock:
        if try await waitForEither(pages, whileWaiting: moveShort) { continue }
        if try mayBeAtMark(source), try await sourceHasEnded(source) { throw Interruption(ending: .sourceEnded) }
        // Other tasks' turn, and the loop's, which may hear of a mark.
        await Task.yield()
      }
    }
  }

  /// - Returns: false where both ends are ready already.
  @discardableResult
  private func waitForEither(
    _ pages: TransferPath.Pages, whileWaiting moveShort: (@LoopActor () -> Bool)?
  ) async throws(Interruption) -> Bool {
    guard let end = try endToWaitFor(pages) else { return false }
    if case .source = end {
      try await wait(for: end, whileWaiting: moveShort)
    } else {
      try await wait(for: end)
    }
    return true
  }

  /// Whether what comes is written little by little, to a pipe: this returns, to begin with ``copyShortMessages()`` again.
  private func isBetterCopied(_ pages: TransferPath.Pages, after count: Int) -> Bool {
    if isLimited || pages.source.kind != .pipe { return false }
    return writer.writesLittle(afterSplice: count) { (try? pages.sink.descriptor.isReady(.writable)) == true }
  }

  private func splicePages(_ pages: TransferPath.Pages, _ count: Int) throws(SystemError) -> IOResult {
    pages.source.lookForDescriptors()
    return try pages.source.descriptor.splice(to: pages.sink.descriptor, count: count)
  }

  /// Moves what has come while the task waits for the source: true where that was all.
  private func moveShortMessage(_ pages: TransferPath.Pages) -> Bool {
    let wasShort = moveAsleep(lessThan: Self.usualPipe / 2) { () throws(SystemError) in
      try splicePages(pages, atMost(Self.chunk))
    }
    return wasShort && limit.remaining > 0 && (try? pages.source.descriptor.isReady(.readable)) == false
  }

  /// Whether splice(2) may have said would-block because it stands at the mark of urgent data: there is something to read.
  func mayBeAtMark(_ source: DescriptorStream) throws(Interruption) -> Bool {
    guard source.mayHaveMark, !source.watch.state.sawOnlyData else { return false }
    return try isReady(source, .readable)
  }

  /// Whether a splice that moved nothing met the end.
  ///
  /// On TCP it also stops at the mark of urgent data, which only recv(2) passes: what that brings is written, and the
  /// splicing goes on. Where the splice must not wait it says would-block there, and 0 only once the peer has ended.
  func sourceHasEnded(_ source: DescriptorStream) async throws(Interruption) -> Bool {
    // TIPC tells of the end once: who asks again waits for ever.
    if !source.mayHaveMark || limit.remaining == 0 { return true }
    let memory = RawBuffer(count: 4096)
    defer { extendLifetime(memory) }
    let result: IOResult
    do throws(SystemError) {
      result = try limit.read(into: memory.bytes) { (room) throws(SystemError) in try source.read(into: room) }
    } catch {
      throw Interruption(ending: .sourceFailed(error))
    }
    guard case .moved(let count) = result else { return false }
    if count == 0 { return true }
    try await writeAll(UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]))
    return false
  }

  /// A file's pages, from the cache to the socket.
  func sendFile(_ pages: TransferPath.Pages) async throws(Interruption) {
    while true {
      let (from, to) = (pages.source.descriptor, pages.sink.descriptor)
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
  private func endToWaitFor(_ pages: TransferPath.Pages) throws(Interruption) -> Awaited? {
    if !(try isReady(pages.source, .readable)) { return .source }
    return try isReady(pages.sink, .writable) ? nil : .sink(holdingBytes: false)
  }

  func isReady(_ end: DescriptorStream, _ events: EpollEvents) throws(Interruption) -> Bool {
    do throws(SystemError) {
      return try end.descriptor.isReady(events)
    } catch {
      throw Interruption(ending: events == .readable ? .sourceFailed(error) : .sinkFailed(error))
    }
  }
}
