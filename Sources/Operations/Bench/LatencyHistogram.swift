/// A histogram of times from 1 ns to more than an hour, to three significant digits. As in HdrHistogram, each group of buckets
/// covers twice the range of the one before, in 1024 equal parts.
package struct LatencyHistogram: Sendable {
  private static let partBits = 10
  private static let groups = 34
  private var counts = [Int](repeating: 0, count: (groups + 1) << partBits)
  /// The number of times counted.
  package private(set) var count = 0
  /// The shortest time, exactly, in nanoseconds.
  package private(set) var lowest = Int.max
  /// The longest time, exactly, in nanoseconds.
  package private(set) var highest = 0
  private var sum = 0.0

  /// Creates an empty histogram.
  package init() {}

  /// Counts a time in nanoseconds. Times beyond the last bucket are counted in it.
  package mutating func record(_ nanoseconds: Int) {
    let value = max(0, nanoseconds)
    counts[min(Self.index(of: value), counts.count - 1)] += 1
    count += 1
    sum += Double(value)
    lowest = min(lowest, value)
    highest = max(highest, value)
  }

  /// Adds the counts of another histogram.
  package mutating func add(_ other: LatencyHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    count += other.count
    sum += other.sum
    lowest = min(lowest, other.lowest)
    highest = max(highest, other.highest)
  }

  /// The mean in nanoseconds; 0 for an empty histogram.
  package var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// A percentile in nanoseconds: at most 0.1 % too high.
  package func percentile(_ percent: Double) -> Int {
    let wanted = max(1, Int((Double(count) * percent / 100).rounded(.up)))
    var passed = 0
    for (index, found) in counts.enumerated() where found > 0 {
      passed += found
      if passed >= wanted { return min(highest, Self.upperEdge(of: index)) }
    }
    return highest
  }

  /// The first 2048 values have a bucket each; after that, each group covers twice the range of the one before.
  private static func index(of value: Int) -> Int {
    let group = max(0, Int.bitWidth - value.leadingZeroBitCount - partBits - 1)
    return group << partBits + value >> group
  }

  private static func upperEdge(of index: Int) -> Int {
    let group = max(0, index >> partBits - 1)
    return (index - group << partBits + 1) << group - 1
  }
}
