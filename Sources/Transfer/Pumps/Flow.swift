import Glibc
import SocketLoop

/// What one direction has carried; and when last, for whoever waits for silence.
@LoopActor
package final class Flow {
  /// How many bytes it has carried.
  package private(set) var bytes: UInt64 = 0
  /// When it carried something last, from ``keepTime()`` on; at first, when that was called.
  private var time: MonotonicTime?
  /// What it comes from has ended, and all of that was carried: there is no more than ``bytes``.
  package internal(set) var isWhole = false
  /// The sum of what it carries; nil where nobody wants one. Set before anything is carried: whoever carries looks at it
  /// when it starts, and moves no bytes then but by its own memory.
  package var digest: (any Digest)?
  /// How many bytes the digest has of before: those of a transfer that goes on where another ended.
  package var earlier: UInt64 = 0

  /// A flow that has carried nothing.
  ///
  /// - Parameter keepsTime: whether it is asked for its ``latest``.
  package nonisolated init(keepsTime: Bool = false) { if keepsTime { time = .now } }

  /// Notes the time of what it carries from now on: to ask the clock takes longer than all else that is noted.
  func keepTime() { time = time ?? .now }

  /// When it carried something last; at first, since when that is noted. Now, where it is not.
  package var latest: MonotonicTime { time ?? .now }

  /// Counts bytes that were carried just now.
  package func moved(_ count: Int) {
    bytes += UInt64(count)
    if time != nil { time = .now }
  }

  /// Counts bytes that were carried just now, and adds them to the digest.
  package func moved(_ bytes: UnsafeRawBufferPointer) {
    digest?.update(bytes)
    moved(bytes.count)
  }

  /// Counts what lies in several places, one behind the other, and adds it to the digest.
  func moved(_ vectors: UnsafeMutableBufferPointer<iovec>, count: Int) {
    if let digest {
      for vector in vectors { digest.update(UnsafeRawBufferPointer(start: vector.iov_base, count: vector.iov_len)) }
    }
    moved(count)
  }

  /// Waits until neither direction has carried anything for so long.
  ///
  /// False where the task was cancelled first.
  package func silence(lasting duration: Duration, unless isHeldUp: @LoopActor () -> Bool = { false }) async -> Bool {
    await Self.silence(of: self, self, lasting: duration, unless: isHeldUp)
  }

  /// - Parameter isHeldUp: whether it is on us that nothing moves: that is no silence.
  static func silence(
    of first: Flow, _ second: Flow, lasting duration: Duration, unless isHeldUp: @LoopActor () -> Bool = { false }
  ) async -> Bool {
    first.keepTime()
    second.keepTime()
    var limit = max(first.latest, second.latest).advanced(by: duration)
    while true {
      // By the loop's timer, and not by a look at the clock: the loop hears first of what came while we were stopped.
      do { try await EventLoop.sleep(until: limit) } catch { return false }
      let latest = isHeldUp() ? .now : max(first.latest, second.latest)
      let next = latest.advanced(by: duration)
      if next <= limit { return true }
      limit = next
    }
  }
}
