/// What is done on purpose to the data of a connection, to test clients and servers. The same seed does the same.
package struct FaultPlan: Sendable, Equatable {
  /// How much later everything arrives.
  package var delay: Duration?
  /// By how much more at most, at random.
  package var jitter: Duration?
  /// The most bytes that are passed on at once.
  package var chunk: Int?
  /// After how many bytes of one direction the connection is reset.
  package var cutAfter: Int?
  /// After how many bytes of one direction nothing more is passed on in it.
  package var stallAfter: Int?
  /// How long after it was opened a connection is reset.
  package var resetAfter: Duration?
  /// The share of datagrams that are lost.
  package var loss: Double?
  /// The share of datagrams that arrive twice.
  package var duplication: Double?
  /// The share of datagrams that are overtaken by the next.
  package var reordering: Double?
  /// The share of bytes that are changed.
  package var corruption: Double?
  /// What the random numbers follow from.
  package var seed: UInt64?

  /// No faults.
  package init() {}

  /// Whether there is anything to do.
  package var isEmpty: Bool {
    var plan = self
    plan.seed = nil
    return plan == FaultPlan()
  }

  /// Whether anything is left to chance.
  package var isRandom: Bool {
    jitter != nil || corruption != nil || loss != nil || duplication != nil || reordering != nil
  }

  /// How much later the next piece arrives.
  func lateness(_ random: inout SeededNumbers) -> Duration {
    (delay ?? .zero) + (jitter ?? .zero) * Double.random(in: 0...1, using: &random)
  }

  /// Flips one bit of some bytes.
  func corrupt(_ bytes: UnsafeMutableRawBufferPointer, _ random: inout SeededNumbers) {
    guard let corruption else { return }
    for index in bytes.indices where Double.random(in: 0..<1, using: &random) < corruption {
      bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
    }
  }
}

/// Random numbers that follow from a seed: SplitMix64.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  /// - Parameter number: each number of one seed has random numbers of its own.
  init(seed: UInt64, number: Int) { state = seed &+ UInt64(number) &* 0xd1b5_4a32_d192_ed03 }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
