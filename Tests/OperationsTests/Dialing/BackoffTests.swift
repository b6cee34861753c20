import Testing

@testable import Operations

@Suite("The delays between attempts") struct BackoffTests {
  /// Always the lowest or the highest number.
  struct Extreme: RandomNumberGenerator {
    let value: UInt64
    mutating func next() -> UInt64 { value }
  }

  @Test("They double up to the limit, and vary by a quarter", arguments: [UInt64.min, .max])
  func delays(_ extreme: UInt64) {
    var generator = Extreme(value: extreme)
    var backoff = Backoff(first: .milliseconds(100), limit: .seconds(1))
    let factor = extreme == .min ? 0.75 : 1.25
    for milliseconds in [100.0, 200, 400, 800, 1000, 1000] {
      let delay = backoff.next(using: &generator) / .milliseconds(1)
      #expect(abs(delay - min(1000, milliseconds * factor)) < 0.001)
    }
  }

  @Test("A first delay beyond the limit stays")
  func longFirstDelay() {
    var generator = Extreme(value: .max)
    var backoff = Backoff(first: .seconds(60), limit: .seconds(30))
    #expect(backoff.next(using: &generator) == .seconds(60))
    #expect(backoff.next(using: &generator) == .seconds(60))
  }
}
