import Sockets
import Synchronization

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
