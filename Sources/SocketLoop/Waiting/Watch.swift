import Sockets

/// A descriptor in the loop's epoll set, and the tasks that wait until it is ready: at most one for each direction.
///
/// The set reports changes (`EPOLLET`). So a caller first tries, and waits only after the kernel said would-block; a change
/// that came before the wait is remembered and ends it at once. The descriptor is added with the first wait, for what that
/// waits for: what nobody has asked for is not reported.
///
/// A regular file is always ready (epoll refuses it with EPERM): its waits end at once.
@LoopActor
public final class Watch {
  /// The descriptor that is watched.
  public nonisolated let descriptor: CInt
  private var token: UInt64?
  /// What the set reports of it, besides errors.
  private var interest: EpollEvents
  private var isAlwaysReady = false
  /// What the loop writes to.
  package nonisolated let state = WatchState()
  /// Whether ``close()`` was called: no wait begins any more.
  public private(set) var isClosed = false

  private nonisolated static let reading: EpollEvents = [.readable, .peerShutdown, .urgent]
  private nonisolated static let writing: EpollEvents = .writable

  /// A watch of a descriptor that stays open until ``close()``.
  ///
  /// - Parameter bothWays: whether it will be waited for in both directions: that saves a system call.
  public nonisolated init(_ descriptor: CInt, bothWays: Bool = false) {
    self.descriptor = descriptor
    interest = bothWays ? Self.reading.union(Self.writing) : []
  }

  deinit { state.abandon() }

  /// Waits until reading may do something: data, the end, or an error.
  public func readable(until deadline: MonotonicTime = .never) async throws(LoopError) {
    try prepare(for: Self.reading)
    if isAlwaysReady { return try await yield() }
    if state.sawReadable {
      state.sawReadable = false
      return
    }
    do throws(WaitError) { try await state.reader.suspend(until: deadline) } catch { throw LoopError(error) }
    state.sawReadable = false
  }

  /// Waits until writing may do something.
  public func writable(until deadline: MonotonicTime = .never) async throws(LoopError) {
    try prepare(for: Self.writing)
    if isAlwaysReady { return try await yield() }
    if state.sawWritable {
      state.sawWritable = false
      return
    }
    do throws(WaitError) { try await state.writer.suspend(until: deadline) } catch { throw LoopError(error) }
    state.sawWritable = false
  }

  /// Where to wait until reading may do something, by ``Suspension/park(_:)``; nil where it may already.
  package func placeForReader() throws(LoopError) -> Suspension? {
    try prepare(for: Self.reading)
    defer { state.sawReadable = false }
    return isAlwaysReady || state.sawReadable ? nil : state.reader
  }

  /// Where to wait until writing may do something; nil where it may already.
  package func placeForWriter() throws(LoopError) -> Suspension? {
    try prepare(for: Self.writing)
    defer { state.sawWritable = false }
    return isAlwaysReady || state.sawWritable ? nil : state.writer
  }

  /// Waits for an error (`EPOLLERR`): a reset; of the writing end of a pipe, that its reader has gone.
  ///
  /// For ever where none comes.
  public func failed() async throws(LoopError) {
    try prepare(for: [])
    if state.sawError { return }
    do throws(WaitError) { try await state.failure.suspend() } catch { throw LoopError(error) }
  }

  /// Takes the descriptor out of the set, and ends every wait as cancelled.
  ///
  /// To be called before it is closed.
  public func close() {
    isClosed = true
    if let token { EventLoop.shared.unregister(self, token: token) }
    token = nil
    state.cancel()
  }

  /// Ends the waits for reading and writing, if there are any, as cancelled.
  ///
  /// Later waits are as before.
  public func interrupt() {
    interruptReading()
    interruptWriting()
  }

  /// Ends the wait for reading, if there is one, as cancelled.
  public func interruptReading() { state.reader.cancel() }

  /// Ends the wait for writing, if there is one, as cancelled.
  public func interruptWriting() { state.writer.cancel() }

  private func prepare(for events: EpollEvents) throws(LoopError) {
    if isClosed { throw .cancelled }
    if isAlwaysReady || token != nil && interest.isSuperset(of: events) { return }
    interest.formUnion(events)
    do throws(SystemError) {
      token = try EventLoop.shared.register(self, for: interest, token: token)
    } catch {
      guard error.number == .notPermitted else { throw .system(error) }
      isAlwaysReady = true
    }
  }

  /// Lets other tasks run: a file that is always ready must not starve the sockets.
  private func yield() async throws(LoopError) {
    await Task.yield()
    if Task.isCancelled || isClosed { throw .cancelled }
  }
}
