/// The rate of a counter over a sliding window, which smooths bursts and follows changes quickly.
struct RateWindow {
  /// The length of the window in seconds.
  static let length = 5.0
  /// The samples, oldest first.
  private var samples: [(seconds: Double, count: UInt64)] = []

  /// Adds a sample of the counter.
  ///
  /// - Returns: its growth per second over the window.
  mutating func rate(at seconds: Double, count: UInt64) -> Double {
    // Keep one sample older than the window, so that the whole window is covered.
    while samples.count > 1, samples[1].seconds <= seconds - Self.length { samples.removeFirst() }
    defer { samples.append((seconds, count)) }
    guard let oldest = samples.first, seconds > oldest.seconds, count > oldest.count else { return 0 }
    return Double(count - oldest.count) / (seconds - oldest.seconds)
  }
}
