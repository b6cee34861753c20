/// What became of numbered datagrams, as their receiver sees it: RFC 3550, 6.4.1, for the jitter.
struct DatagramTally: Sendable {
  struct Counts: Hashable, Sendable {
    /// Different ones that came.
    var received = 0
    /// That came behind one with a higher number.
    var reordered = 0
    /// That had come before.
    var duplicates = 0
    /// How unevenly they came, smoothed over 16 of them.
    var jitter = Duration.zero
  }

  private(set) var counts = Counts()
  private var highest = -1
  private var latestTransit: Int?
  private var jitter = 0.0
  /// The numbers that are remembered, to tell a late one from a second one: a ring of bits behind the highest.
  private var seen = [Bool](repeating: false, count: Self.memory)
  private static let memory = 4096

  /// Counts one.
  ///
  /// - Parameters:
  ///   - sent: the sender's clock, in nanoseconds; only differences matter.
  ///   - arrived: the receiver's clock.
  /// - Returns: whether it had not come before.
  @discardableResult
  mutating func count(number: UInt64, sent: UInt64, arrived: UInt64) -> Bool {
    guard let number = Int(exactly: number) else { return false }
    if number > highest {
      // What lies between is not seen yet; a jump beyond the memory, which a hostile number may be, forgets all.
      for skipped in max(highest + 1, number - Self.memory + 1)...number { seen[skipped % Self.memory] = false }
      highest = number
    } else if highest - number >= Self.memory || !seen[number % Self.memory] {
      counts.reordered += 1
    } else {
      counts.duplicates += 1
      return false
    }
    seen[number % Self.memory] = true
    counts.received += 1
    let transit = Int(truncatingIfNeeded: arrived &- sent)
    if let latestTransit {
      jitter += (Double((transit &- latestTransit).magnitude) - jitter) / 16
      counts.jitter = .nanoseconds(Int64(min(jitter, 1e18)))
    }
    latestTransit = transit
    return true
  }
}
