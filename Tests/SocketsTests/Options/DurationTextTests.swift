import Testing

@testable import Sockets

@Suite("Times as text")
struct DurationTextTests {
  @Test("what is no whole number of a unit is rounded up")
  func rounding() {
    #expect(Duration.milliseconds(1).count(of: .seconds) == 1)
    #expect(Duration.milliseconds(1000).count(of: .seconds) == 1)
    #expect(Duration.milliseconds(1001).count(of: .seconds) == 2)
    #expect(Duration.nanoseconds(1).count(of: .microseconds) == 1)
    #expect(Duration.zero.count(of: .seconds) == 0)
    #expect(Duration.seconds(-1).count(of: .seconds) == -1)
  }

  @Test(
    "a time is shown in a unit",
    arguments: [
      (Duration.seconds(5), SocketOption.TimeUnit.seconds, "5 s"), (.milliseconds(1500), .seconds, "1.5 s"),
      (.microseconds(1), .seconds, "0.000001 s"), (.milliseconds(1500), .milliseconds, "1500 ms"),
      (.microseconds(1500), .milliseconds, "1.5 ms"), (.microseconds(7), .microseconds, "7 us"),
      (.zero, .seconds, "0 s"),
      (.milliseconds(-1500), .seconds, "-1.5 s"),
    ])
  func showing(duration: Duration, unit: SocketOption.TimeUnit, expected: String) {
    #expect(duration.text(in: unit) == expected)
    // What is shown can be given again; only TCP_LINGER2 takes a time below 0.
    let option = SocketOption.Kind.duration(.seconds, in: -10...10)
    #expect(SocketOptionValue(expected, kind: option) == .duration(duration, .seconds))
  }
}
