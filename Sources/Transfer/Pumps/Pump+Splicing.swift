import SocketLoop
import Sockets

extension Pump {
  /// The most that one call moves.
  static let chunk = 1 << 20
  /// The default capacity of a pipe: 64 KiB.
  static let usualPipe = 65_536

  /// Splices directly between a pipe and a socket, in either direction.
  func splice(_ pages: TransferPath.Pages) async throws(Interruption) {
    let (source, sink) = (pages.source, pages.sink)
    try await copyShortMessages(pages)
    // Allocate the closure once for all waits. With a rate limit every piece may have to wait, and only the task can.
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
        // Decide before waiting: a step made during the wait may leave a result that only this loop picks up.
        if isBetterCopied(pages, after: count) { return }
        // Only when there is a lot to move: a short message must not cost an extra call.
        (source.kind == .pipe ? source : sink).enlarge(after: count)
        // Polling now is cheaper than splicing again, failing, and then polling to find out which end was not ready: a
        // short message is seldom followed by another at once. Also, a writer that is filling the pipe holds its lock,
        // on which splice(2) spins, while poll(2) takes no lock.
        try await waitForEither(pages, whileWaiting: moveShort)
      case .wouldBlock:
        if try await waitForEither(pages, whileWaiting: moveShort) { continue }
        if try mayBeAtMark(source), try await sourceHasEnded(source) { throw Interruption(ending: .sourceEnded) }
        // Let other tasks run, and let the loop collect events: one may announce urgent data.
        await Task.yield()
      }
    }
  }

  /// - Returns: false if both ends were ready already.
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

  /// Whether the pipe's writer has turned out to make small writes. If so, ``splice(_:)`` returns, to start over with
  /// ``copyShortMessages(_:)``.
  private func isBetterCopied(_ pages: TransferPath.Pages, after count: Int) -> Bool {
    if isLimited || pages.source.kind != .pipe { return false }
    return writer.writesLittle(afterSplice: count) { (try? pages.sink.descriptor.isReady(.writable)) == true }
  }

  private func splicePages(_ pages: TransferPath.Pages, _ count: Int) throws(SystemError) -> IOResult {
    pages.source.lookForDescriptors()
    return try pages.source.descriptor.splice(to: pages.sink.descriptor, count: count)
  }

  /// Splices what has arrived while the task waits for the source.
  ///
  /// - Returns: true if nothing is left, so that the task can go on sleeping.
  private func moveShortMessage(_ pages: TransferPath.Pages) -> Bool {
    let wasShort = moveAsleep(lessThan: Self.usualPipe / 2) { () throws(SystemError) in
      try splicePages(pages, atMost(Self.chunk))
    }
    return wasShort && limit.remaining > 0 && (try? pages.source.descriptor.isReady(.readable)) == false
  }

  /// Whether splice(2) may have returned `EAGAIN` because it is at the urgent mark: the source is readable all the
  /// same.
  func mayBeAtMark(_ source: DescriptorStream) throws(Interruption) -> Bool {
    guard source.mayHaveMark, !source.watch.state.sawOnlyData else { return false }
    return try isReady(source, .readable)
  }

  /// Whether a splice that moved nothing has reached the end of the stream.
  ///
  /// On TCP, splice(2) also stops at the urgent mark, which only recv(2) gets past: so this reads, writes what it got,
  /// and lets splicing go on. At the mark a non-blocking splice returns `EAGAIN`, and 0 only once the peer has ended.
  func sourceHasEnded(_ source: DescriptorStream) async throws(Interruption) -> Bool {
    // TIPC reports the end only once: asking again would wait forever.
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

  /// Sends a file from the page cache to the socket.
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

  /// Polls both ends to find the one that is not ready, since `EAGAIN` from splice(2) does not say.
  ///
  /// If both are ready by now, the answer is nil and the call is made again: epoll is edge-triggered, so waiting for an
  /// end that is ready already would never return.
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
