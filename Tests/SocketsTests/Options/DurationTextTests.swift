import Testing

@testable import Sockets

@Suite("Times as text")
struct DurationTextTests {
  @Test(
    "a time is read",
    arguments: [
      ("5", 5_000_000), ("0", 0), ("1.5s", 1_500_000), ("200 ms", 200_000), ("50us", 50), ("2m", 120_000_000),
      ("1h", 3_600_000_000), (".5", 500_000), ("-1", -1_000_000), ("0.0000001", 1), ("1.", nil), ("", nil), ("s", nil),
      ("1.2.3", nil), ("5 weeks", nil), ("1e3", nil), ("--1", nil), ("1-", nil), ("+1", nil), ("٣", nil),
      ("99999999999999999999", nil), ("9223372036854775807", nil), ("9223372036854775807us", 9_223_372_036_854_775_807),
      ("9223372036854775807.5us", nil),
    ] as [(String, Int64?)])
  func reading(text: String, microseconds: Int64?) {
    #expect(Duration(text: text, unit: .seconds) == microseconds.map { .microseconds($0) })
  }

  @Test("a bare number counts the unit of the option")
  func units() {
    #expect(Duration(text: "7", unit: .milliseconds) == .milliseconds(7))
    #expect(Duration(text: "7", unit: .microseconds) == .microseconds(7))
    #expect(Duration(text: "7s", unit: .milliseconds) == .seconds(7))
  }

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
    #expect(Duration(text: expected, unit: .seconds) == duration)
  }
}
