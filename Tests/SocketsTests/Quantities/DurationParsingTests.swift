import Sockets
import Testing

@Suite("Times as users write them")
struct DurationParsingTests {
  @Test(
    "a time is read, in nanoseconds",
    arguments: [
      ("0", 0), ("5", 5_000_000_000), ("1.5", 1_500_000_000), (".5", 500_000_000), ("5.", 5_000_000_000),
      ("300ms", 300_000_000), ("2s", 2_000_000_000), ("2m", 120_000_000_000), ("1h", 3_600_000_000_000),
      ("1.5h", 5_400_000_000_000), ("0.1m", 6_000_000_000), ("20us", 20_000), ("20µs", 20_000), ("20μs", 20_000),
      ("7ns", 7), ("2min", 120_000_000_000), ("2M", 120_000_000_000), ("200 ms", 200_000_000), ("0.0005ms", 500),
      ("1.000000001", 1_000_000_001), ("9000000000", 9_000_000_000_000_000_000), ("9223372036854775807ns", Int64.max),
      ("0.100000000000000000", 100_000_000), ("00001", 1_000_000_000),
    ])
  func reading(_ text: String, _ nanoseconds: Int64) throws {
    #expect(try Duration(parsing: text) == .nanoseconds(nanoseconds))
  }

  @Test(
    "less than a nanosecond is rounded up: a limit never ends early",
    arguments: [
      ("0.0000000001", 1), ("0.0000000000001ms", 1), ("1.5ns", 2), ("0.00000000000000000000000001h", 1),
      ("1.0000000001", 1_000_000_001), ("0.0000000000000000000000000", Int64(0)),
    ])
  func rounding(_ text: String, _ nanoseconds: Int64) throws {
    #expect(try Duration(parsing: text) == .nanoseconds(nanoseconds))
  }

  @Test("a bare number counts the given unit")
  func units() throws {
    #expect(try Duration(parsing: "7", unit: .milliseconds) == .milliseconds(7))
    #expect(try Duration(parsing: "7", unit: .microseconds) == .microseconds(7))
    #expect(try Duration(parsing: "7s", unit: .milliseconds) == .seconds(7))
  }

  @Test(
    "anything else is refused with what to write",
    arguments: [
      "", "s", "ms", ".", ".ms", "-1", "--1", "1-", "+1", " 1", "1.5.5", "1..5", "1e3", "5x", "5 weeks", "0x5", "1d",
      "٣", "1ss", "inf", "nan",
    ])
  func refusals(_ text: String) {
    #expect(throws: QuantityError.notATime(text, unit: .seconds)) { try Duration(parsing: text) }
  }

  @Test(
    "what 64 bits of nanoseconds do not hold is refused",
    arguments: [
      "9300000000", "99999999999999999999", "9223372036854775808ns", "9223372036854775807.5ns", "9223372036854775807us",
      "3000000h",
    ])
  func limits(_ text: String) {
    #expect(throws: QuantityError.timeTooLong(text)) { try Duration(parsing: text) }
  }

  @Test("errors say what to write, in the unit at hand")
  func messages() {
    #expect(
      "\(QuantityError.notATime("x", unit: .seconds))"
        == "'x' is not a time: write seconds, or a number with ms, s, m or h (1.5, 300ms, 2m)")
    #expect("\(QuantityError.notATime("x", unit: .milliseconds))".contains("write milliseconds, or"))
    #expect("\(QuantityError.timeTooLong("9300000000"))" == "'9300000000' is too long a time: at most 292 years")
  }
}
