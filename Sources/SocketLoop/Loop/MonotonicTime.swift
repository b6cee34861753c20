import Glibc

/// A moment of the monotonic clock, which no one sets: the measure of every wait.
public struct MonotonicTime: Comparable, Hashable, Sendable {
  /// Nanoseconds since the machine started.
  public let nanoseconds: UInt64
  init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// Now.
  ///
  /// Calls `clock_gettime(2)` with `CLOCK_MONOTONIC`.
  public static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  /// A moment that never comes.
  public static let never = MonotonicTime(nanoseconds: .max)

  /// So long from now; never for nil.
  public static func after(_ duration: Duration?) -> MonotonicTime {
    guard let duration else { return .never }
    return now.advanced(by: duration)
  }

  /// So much later: at most ``never``, and not before itself.
  public func advanced(by duration: Duration) -> MonotonicTime {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return self }
    // A part of a nanosecond counts as a whole one: waits end late rather than early.
    let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let part = UInt64((attoseconds + 999_999_999) / 1_000_000_000)
    let (sum, overflow2) = whole.addingReportingOverflow(part)
    let (result, overflow3) = sum.addingReportingOverflow(nanoseconds)
    return overflow || overflow2 || overflow3 ? .never : MonotonicTime(nanoseconds: result)
  }

  /// How long from an earlier moment to this one.
  public func since(_ earlier: MonotonicTime) -> Duration {
    .nanoseconds(Int64(clamping: nanoseconds &- min(earlier.nanoseconds, nanoseconds)))
  }

  /// Whether one moment comes before another.
  public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}
