import Sockets
import Synchronization

/// What the loop has reported of a descriptor and nobody has taken yet, and who waits for more.
///
/// Apart from its ``Watch``, for the loop to hold: it must not keep a watch alive that nobody has any more, and a weak
/// reference to one costs more than the rest of a report, also each other time that the watch is retained.
@LoopActor
package final class WatchState {
  var sawReadable = false
  var sawWritable = false
  /// An error was reported (`EPOLLERR`): a reset; for the writing end of a pipe, its reader is gone.
  private(set) var sawError = false
  /// The latest change for a reader was data and nothing else: no end, no error, no urgent data.
  package private(set) var sawOnlyData = false

  let reader = Suspension()
  package let writer = Suspension()
  let failure = Suspension()

  private nonisolated let watchHasGone = Atomic(false)
  /// Its watch has gone, and may not have been closed.
  nonisolated var isAbandoned: Bool { watchHasGone.load(ordering: .acquiring) }

  nonisolated init() {}

  /// Says that its watch goes: on whatever thread.
  nonisolated func abandon() { watchHasGone.store(true, ordering: .releasing) }

  func report(_ events: EpollEvents) {
    if events.contains(.error) {
      sawError = true
      failure.resume()
    }
    if !events.isDisjoint(with: [.readable, .peerShutdown, .hangUp, .error]) {
      // Who waits tries again after this; only what nobody waited for is to be remembered.
      sawReadable = !reader.isWaiting
      sawOnlyData = events.isDisjoint(with: [.peerShutdown, .hangUp, .error, .urgent])
      reader.resume()
    }
    if !events.isDisjoint(with: [.writable, .hangUp, .error]) {
      sawWritable = !writer.isWaiting
      writer.resume()
    }
  }

  /// Ends every wait as cancelled.
  func cancel() {
    reader.cancel()
    writer.cancel()
    failure.cancel()
  }
}
