import Glibc

/// An instant of the monotonic clock, by which all waits are measured.
public struct MonotonicTime: Comparable, Hashable, Sendable {
  /// Nanoseconds since the machine started.
  public let nanoseconds: UInt64
  init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// The current time.
  ///
  /// Calls `clock_gettime(2)` with `CLOCK_MONOTONIC`.
  public static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  /// An instant that never comes.
  public static let never = MonotonicTime(nanoseconds: .max)

  /// The instant after a duration from now; ``never`` for nil.
  public static func after(_ duration: Duration?) -> MonotonicTime {
    guard let duration else { return .never }
    return now.advanced(by: duration)
  }

  /// The instant after a duration: at most ``never``, and for a negative duration the instant itself.
  public func advanced(by duration: Duration) -> MonotonicTime {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return self }
    // Rounds up to a nanosecond: waits end late rather than early.
    let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let part = UInt64((attoseconds + 999_999_999) / 1_000_000_000)
    let (sum, overflow2) = whole.addingReportingOverflow(part)
    let (result, overflow3) = sum.addingReportingOverflow(nanoseconds)
    return overflow || overflow2 || overflow3 ? .never : MonotonicTime(nanoseconds: result)
  }

  /// The duration since an earlier instant; zero if that is later.
  public func since(_ earlier: MonotonicTime) -> Duration {
    .nanoseconds(Int64(clamping: nanoseconds &- min(earlier.nanoseconds, nanoseconds)))
  }

  /// Whether one instant comes before another.
  public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}
