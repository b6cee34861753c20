import Testing

@testable import SocketLoop

@Suite struct MonotonicTimeTests {
  private static let start = MonotonicTime(nanoseconds: 1000)

  @Test(
    "Durations are added, rounded up to a nanosecond, and saturate",
    arguments: [
      (Duration.zero, 1000), (.nanoseconds(1), 1001), (.seconds(2), 2_000_001_000),
      (Duration(secondsComponent: 0, attosecondsComponent: 1), 1001),
      (Duration(secondsComponent: 0, attosecondsComponent: 1_000_000_001), 1002),
      (Duration(secondsComponent: 0, attosecondsComponent: 999_999_999_999_999_999), 1_000_001_000),
      (.seconds(-1), 1000), (.nanoseconds(-1), 1000), (.seconds(Int64.max), .max), (.seconds(18_446_744_074), .max),
    ] as [(Duration, UInt64)])
  func advanced(_ duration: Duration, _ expected: UInt64) {
    #expect(Self.start.advanced(by: duration).nanoseconds == expected)
  }

  @Test("A time from now, and nil is never")
  func after() {
    let before = MonotonicTime.now
    let moment = MonotonicTime.after(.seconds(5))
    #expect(moment >= before.advanced(by: .seconds(5)))
    #expect(moment <= MonotonicTime.now.advanced(by: .seconds(5)))
    #expect(MonotonicTime.after(nil) == .never)
    #expect(MonotonicTime.never.advanced(by: .seconds(1)) == .never)
    #expect(MonotonicTime.now < .never)
  }

  @Test("The time between two instants is never negative")
  func since() {
    let later = Self.start.advanced(by: .milliseconds(3))
    #expect(later.since(Self.start) == .milliseconds(3))
    #expect(Self.start.since(later) == .zero)
    #expect(MonotonicTime.never.since(MonotonicTime(nanoseconds: 0)) == .nanoseconds(Int64.max))
  }

  @Test("The clock does not go back")
  func order() {
    var latest = MonotonicTime.now
    for _ in 0..<1000 {
      let now = MonotonicTime.now
      #expect(now >= latest)
      latest = now
    }
  }
}
