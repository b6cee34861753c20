/// Counts numbered datagrams as they arrive, with the jitter of RFC 3550, 6.4.1.
struct DatagramTally: Sendable {
  struct Counts: Hashable, Sendable {
    /// Received, without duplicates.
    var received = 0
    /// Received after one with a higher number.
    var reordered = 0
    /// Received more than once.
    var duplicates = 0
    /// The interarrival jitter, smoothed over 16 datagrams.
    var jitter = Duration.zero
  }

  private(set) var counts = Counts()
  private var highest = -1
  private var latestTransit: Int?
  private var jitter = 0.0
  /// The latest numbers seen, to distinguish a late datagram from a duplicate: a ring of bits below the highest number.
  private var seen = [Bool](repeating: false, count: Self.memory)
  private static let memory = 4096

  /// Counts a datagram.
  ///
  /// - Parameters:
  ///   - sent: the sender's clock, in nanoseconds; only differences matter.
  ///   - arrived: the receiver's clock.
  /// - Returns: whether it is not a duplicate.
  @discardableResult
  mutating func count(number: UInt64, sent: UInt64, arrived: UInt64) -> Bool {
    guard let number = Int(exactly: number) else { return false }
    if number > highest {
      // The numbers in between have not been seen. A jump beyond the ring, which may be a forged number, clears all of it.
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
