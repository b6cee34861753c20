/// The rate of a count over its latest seconds: steady where it moves by jerks, and soon right where it changes.
struct RateWindow {
  /// How many seconds it looks back at least, once there are so many.
  static let length = 5.0
  /// In order, the latest last.
  private var samples: [(seconds: Double, count: UInt64)] = []

  /// Notes what the count is at a moment.
  ///
  /// - Returns: by how much it grew in a second.
  mutating func rate(at seconds: Double, count: UInt64) -> Double {
    // One that is older than the window stays: from it on the window is full.
    while samples.count > 1, samples[1].seconds <= seconds - Self.length { samples.removeFirst() }
    defer { samples.append((seconds, count)) }
    guard let oldest = samples.first, seconds > oldest.seconds, count > oldest.count else { return 0 }
    return Double(count - oldest.count) / (seconds - oldest.seconds)
  }
}
