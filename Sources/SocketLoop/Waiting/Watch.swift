import Sockets
import Synchronization

/// A descriptor in the loop's epoll set, and the tasks that wait until it is ready: at most one for each direction.
///
/// Events are edge-triggered (`EPOLLET`). So try the call first, and wait only after it would have blocked; an event
/// that comes before the wait is remembered and ends it at once. The descriptor is added at the first wait, for the
/// direction of that wait. Directions that no task has waited for are not reported.
///
/// A regular file is always ready (epoll refuses it with EPERM), so its waits end at once.
@LoopActor
public final class Watch {
  /// The watched descriptor.
  public nonisolated let descriptor: CInt
  private var token: UInt64?
  /// The events reported for it, besides errors.
  private var interest: EpollEvents
  private var isAlwaysReady = false
  /// The state that the loop updates.
  package nonisolated let state = WatchState()
  /// Whether the loop reports its events already. If not, it will report what is there when it is registered.
  package var isRegistered: Bool { token != nil || isAlwaysReady }
  /// Whether ``close()`` was called, after which no wait begins.
  public private(set) var isClosed = false

  private nonisolated static let reading: EpollEvents = [.readable, .peerShutdown, .urgent]
  private nonisolated static let writing: EpollEvents = .writable

  /// Creates a watch of a descriptor that stays open until ``close()``.
  ///
  /// - Parameters:
  ///   - descriptor: the descriptor to watch.
  ///   - bothWays: whether it will be waited for in both directions, which saves a system call.
  public nonisolated init(_ descriptor: CInt, bothWays: Bool = false) {
    self.descriptor = descriptor
    interest = bothWays ? Self.reading.union(Self.writing) : []
  }

  deinit { state.abandon() }

  /// Waits until a read may make progress: data, end of file, or an error.
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

  /// Waits until a write may make progress.
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

  /// The suspension on which to wait for readability with ``Suspension/park(_:onResume:)``; nil if the descriptor may
  /// be readable already.
  package func readerSuspension() throws(LoopError) -> Suspension? {
    try prepare(for: Self.reading)
    defer { state.sawReadable = false }
    return isAlwaysReady || state.sawReadable ? nil : state.reader
  }

  /// The suspension on which to wait for writability; nil if the descriptor may be writable already.
  package func writerSuspension() throws(LoopError) -> Suspension? {
    try prepare(for: Self.writing)
    defer { state.sawWritable = false }
    return isAlwaysReady || state.sawWritable ? nil : state.writer
  }

  /// The suspension on which to wait for an error (`EPOLLERR`); nil if there has been one.
  package func failureSuspension() throws(LoopError) -> Suspension? {
    try prepare(for: [])
    return state.sawError ? nil : state.failure
  }

  /// Waits for an error (`EPOLLERR`): a reset, or on the write end of a pipe, the loss of its reader.
  ///
  /// Waits forever if none comes.
  public func failed() async throws(LoopError) {
    try prepare(for: [])
    if state.sawError { return }
    do throws(WaitError) { try await state.failure.suspend() } catch { throw LoopError(error) }
  }

  /// Removes the descriptor from the set and cancels all waits.
  ///
  /// Must be called before the descriptor is closed.
  public func close() { close(staysOpen: true) }

  /// The same.
  ///
  /// - Parameter staysOpen: false if the descriptor will be closed as well and nobody else has it, so that the kernel
  ///   removes it from the set.
  package func close(staysOpen: Bool) {
    isClosed = true
    if let token { EventLoop.shared.unregister(staysOpen ? self : nil, token: token) }
    token = nil
    state.cancel()
  }

  /// Cancels the current waits for reading and writing, if there are any.
  ///
  /// Later waits are not affected.
  public func interrupt() {
    interruptReading()
    interruptWriting()
  }

  /// Ends the current wait for reading, if there is one, as if something had arrived.
  package func wakeReader() { state.reader.resume() }

  /// Cancels the current wait for reading, if there is one.
  public func interruptReading() { state.reader.cancel() }

  /// Cancels the current wait for writing, if there is one.
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

/// Events that the loop has reported for a descriptor and no task has consumed, and the waiting tasks.
///
/// It is separate from ``Watch`` so that the loop can hold it without keeping an unused watch alive. A weak reference
/// to the watch would cost more than the rest of a report, and slow down every other retain of it.
@LoopActor
package final class WatchState {
  var sawReadable = false
  var sawWritable = false
  /// Whether `EPOLLERR` was reported: a reset, or on the write end of a pipe, the loss of its reader.
  private(set) var sawError = false
  /// Whether nothing has been read since the latest event, and that told of no urgent data: the first unread byte is not
  /// urgent then.
  package var isBeforeUrgentData = false
  /// Whether the latest event for the reader was data only: no end of file, error or urgent data.
  package private(set) var sawOnlyData = false

  let reader = Suspension()
  package let writer = Suspension()
  let failure = Suspension()

  private nonisolated let watchHasGone = Atomic(false)
  /// Its watch was released, possibly without being closed.
  nonisolated var isAbandoned: Bool { watchHasGone.load(ordering: .acquiring) }

  nonisolated init() {}

  /// Records that its watch is released. May be called on any thread.
  nonisolated func abandon() { watchHasGone.store(true, ordering: .releasing) }

  func report(_ events: EpollEvents) {
    if events.contains(.error) {
      sawError = true
      failure.resume()
    }
    if !events.isDisjoint(with: [.readable, .peerShutdown, .hangUp, .error]) {
      // A waiting task tries again after this; the event is remembered only if there is none.
      sawReadable = !reader.isWaiting
      isBeforeUrgentData = events.contains(.readable) && !events.contains(.urgent)
      sawOnlyData = events.isDisjoint(with: [.peerShutdown, .hangUp, .error, .urgent])
      reader.resume()
    }
    if !events.isDisjoint(with: [.writable, .hangUp, .error]) {
      sawWritable = !writer.isWaiting
      writer.resume()
    }
  }

  /// Cancels all waits.
  func cancel() {
    reader.cancel()
    writer.cancel()
    failure.cancel()
  }
}
