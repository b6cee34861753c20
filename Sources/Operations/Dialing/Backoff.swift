/// How long to wait before trying again: each time twice as long, up to a limit, and varied by a quarter either way, so
/// that many clients of one server do not come back at the same moment.
package struct Backoff: Sendable {
  private var delay: Duration
  private let limit: Duration

  /// - Parameters:
  ///   - first: the delay before the second attempt.
  ///   - limit: the longest delay; a longer first one is its own limit.
  package init(first: Duration, limit: Duration) {
    delay = first
    self.limit = max(first, limit)
  }

  /// The next delay.
  package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
    defer { delay = min(limit, delay * 2) }
    // 53 bits, which is what a fraction has.
    let share = Double(generator.next() >> 11) / Double(1 << 53)
    return min(limit, delay * (0.75 + share / 2))
  }

  /// The next delay.
  package mutating func next() -> Duration {
    var generator = SystemRandomNumberGenerator()
    return next(using: &generator)
  }
}
