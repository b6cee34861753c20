import Testing

@testable import Operations

@Suite struct RateWindowTests {
  @Test("The first sample has no rate")
  func firstSample() {
    var window = RateWindow()
    #expect(window.rate(at: 1, count: 1000) == 0)
    #expect(window.rate(at: 1, count: 1000) == 0)
  }

  @Test("Samples older than the window are forgotten")
  func oldSamples() {
    var window = RateWindow()
    _ = window.rate(at: 0, count: 0)
    for second in 1...10 {
      #expect(window.rate(at: Double(second), count: UInt64(second * 100)) == 100)
    }
    // Five seconds without progress.
    var rate = 100.0
    for second in 11...15 {
      let next = window.rate(at: Double(second), count: 1000)
      #expect(next < rate)
      rate = next
    }
    #expect(rate == 0)
  }

  @Test("Samples far apart still give a rate")
  func sparseSamples() {
    var window = RateWindow()
    _ = window.rate(at: 0, count: 0)
    #expect(window.rate(at: 60, count: 600) == 10)
    #expect(window.rate(at: 120, count: 1800) == 20)
  }

  @Test("A rate and a total give the time left")
  func timeLeft() {
    #expect(ProgressReport.Way(bytes: 10, bytesPerSecond: 5, total: 20).secondsLeft == 2)
    #expect(ProgressReport.Way(bytes: 30, bytesPerSecond: 5, total: 20).secondsLeft == 0)
    #expect(ProgressReport.Way(bytes: 10, bytesPerSecond: 0, total: 20).secondsLeft == nil)
    #expect(ProgressReport.Way(bytes: 10, bytesPerSecond: 5).secondsLeft == nil)
  }
}
