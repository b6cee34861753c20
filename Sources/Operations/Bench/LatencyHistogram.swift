/// Counts of times, from 1 ns to more than an hour, to three decimal digits: buckets that double, each of 1024 equal parts, as
/// HdrHistogram has them.
package struct LatencyHistogram: Sendable {
  private static let partBits = 10
  private static let groups = 34
  private var counts = [Int](repeating: 0, count: (groups + 1) << partBits)
  /// How many times were counted.
  package private(set) var count = 0
  /// The shortest and the longest, exactly; in nanoseconds.
  package private(set) var lowest = Int.max
  /// The longest.
  package private(set) var highest = 0
  private var sum = 0.0

  /// Without a time.
  package init() {}

  /// Counts a time in nanoseconds; one beyond the longest bucket counts there.
  package mutating func record(_ nanoseconds: Int) {
    let value = max(0, nanoseconds)
    counts[min(Self.index(of: value), counts.count - 1)] += 1
    count += 1
    sum += Double(value)
    lowest = min(lowest, value)
    highest = max(highest, value)
  }

  /// Adds what another one counted.
  package mutating func add(_ other: LatencyHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    count += other.count
    sum += other.sum
    lowest = min(lowest, other.lowest)
    highest = max(highest, other.highest)
  }

  /// The mean, in nanoseconds; 0 without a time.
  package var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// The time that so many of a hundred do not exceed, in nanoseconds: at most 0.1 % too high.
  package func percentile(_ percent: Double) -> Int {
    let wanted = max(1, Int((Double(count) * percent / 100).rounded(.up)))
    var passed = 0
    for (index, found) in counts.enumerated() where found > 0 {
      passed += found
      if passed >= wanted { return min(highest, Self.upperEdge(of: index)) }
    }
    return highest
  }

  /// The first 2048 values have a bucket each; then every group covers twice as much as the one before.
  private static func index(of value: Int) -> Int {
    let group = max(0, Int.bitWidth - value.leadingZeroBitCount - partBits - 1)
    return group << partBits + value >> group
  }

  private static func upperEdge(of index: Int) -> Int {
    let group = max(0, index >> partBits - 1)
    return (index - group << partBits + 1) << group - 1
  }
}
