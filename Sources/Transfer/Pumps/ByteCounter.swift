import Glibc
import SocketLoop

/// Counts the bytes moved in one direction, and optionally records when the last ones moved and sums them.
@LoopActor
package final class ByteCounter {
  /// How many bytes have been moved so far.
  package private(set) var bytes: UInt64 = 0
  /// When bytes last moved, or when timekeeping began if none have since; nil if no time is kept.
  private var time: MonotonicTime?
  /// Whether the source has ended and all of it was moved, so that ``bytes`` is the final count.
  package internal(set) var isComplete = false
  /// The checksum of the bytes, if one is wanted. Set it before the transfer starts: a pump checks once, at the start,
  /// and then copies every byte through its own memory.
  package var digest: (any Digest)?
  /// How many bytes the digest already covered at the start, when a transfer resumes an earlier one.
  package var earlier: UInt64 = 0

  /// The first bytes, up to ``beginningSize``, once ``keepBeginning()`` was called; empty if they did not pass through
  /// user space.
  package private(set) var beginning: [UInt8] = []
  private var keepsBeginning = false
  package static let beginningSize = 16

  /// A counter at zero.
  ///
  /// - Parameter keepsTime: whether to record when bytes move, for ``latest``.
  package nonisolated init(keepsTime: Bool = false) { if keepsTime { time = .now } }

  /// Starts recording when bytes move. Off by default: reading the clock costs more than all other bookkeeping here.
  func keepTime() { time = time ?? .now }

  /// When bytes last moved, or when timekeeping began if none have since. If no time is kept, the current time.
  package var latest: MonotonicTime { time ?? .now }

  /// Keeps a copy of the first bytes.
  package func keepBeginning() { keepsBeginning = true }

  /// Counts bytes that have just moved.
  package func add(_ count: Int) {
    bytes += UInt64(count)
    if time != nil { time = .now }
  }

  /// Counts bytes that have just moved, and adds them to the digest.
  package func add(_ bytes: UnsafeRawBufferPointer) {
    digest?.update(bytes)
    if keepsBeginning, self.bytes == 0 { beginning = Array(bytes.prefix(Self.beginningSize)) }
    add(bytes.count)
  }

  /// Counts scattered bytes that have just moved, and adds them to the digest in order.
  func add(_ vectors: UnsafeMutableBufferPointer<iovec>, count: Int) {
    if let digest {
      for vector in vectors { digest.update(UnsafeRawBufferPointer(start: vector.iov_base, count: vector.iov_len)) }
    }
    add(count)
  }

  /// Waits until no bytes have moved for the given time, from now on.
  ///
  /// - Returns: false if the task was cancelled first.
  package func silence(lasting duration: Duration, unless isHeldUp: @LoopActor () -> Bool = { false }) async -> Bool {
    await Self.silence(of: self, self, lasting: duration, unless: isHeldUp)
  }

  /// Waits until no bytes have moved in either direction for the given time, from now on.
  ///
  /// - Parameter isHeldUp: whether we are the ones holding things up; that does not count as silence.
  static func silence(
    of first: ByteCounter, _ second: ByteCounter, lasting duration: Duration,
    unless isHeldUp: @LoopActor () -> Bool = { false }
  ) async -> Bool {
    first.keepTime()
    second.keepTime()
    // What moved earlier was no part of this wait.
    var limit = MonotonicTime.after(duration)
    while true {
      // Sleep on the loop's timer instead of comparing clocks: if the process was stopped (SIGSTOP), the loop handles
      // what arrived in the meantime before the timer fires.
      do { try await EventLoop.sleep(until: limit) } catch { return false }
      let latest = isHeldUp() ? .now : max(first.latest, second.latest)
      let next = latest.advanced(by: duration)
      if next <= limit { return true }
      limit = next
    }
  }
}
