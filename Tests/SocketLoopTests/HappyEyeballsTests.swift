import LoopTestSupport
import Sockets
import Testing

@testable import SocketLoop

/// RFC 8305 without clock and sockets: what the state machine does after each event.
@Suite struct HappyEyeballsTests {
  /// An event for the state machine.
  enum Step: Sendable {
    case begin
    case delay(Int)
    case fails(Int)
    case succeeds(Int)
  }

  struct Story: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let count: Int
    let steps: [(Step, [HappyEyeballs.Action])]
  }

  static let stories: [Story] = [
    Story(testDescription: "no address", count: 0, steps: [(.begin, [.fail])]),
    Story(
      testDescription: "one address, no delay: it answers", count: 1,
      steps: [(.begin, [.start(0)]), (.succeeds(0), [.succeed(0)])]),
    Story(
      testDescription: "one address: it fails", count: 1, steps: [(.begin, [.start(0)]), (.fails(0), [.fail])]),
    Story(
      testDescription: "the first answers before the delay", count: 2,
      steps: [
        (.begin, [.start(0), .startDelay(0)]), (.succeeds(0), [.succeed(0)]), (.delay(0), []),
      ]),
    Story(
      testDescription: "the delay brings the next, and success cancels the others", count: 3,
      steps: [
        (.begin, [.start(0), .startDelay(0)]), (.delay(0), [.start(1), .startDelay(1)]), (.delay(1), [.start(2)]),
        (.succeeds(1), [.cancel([0, 2]), .succeed(1)]),
      ]),
    Story(
      testDescription: "a failure brings the next forward, and its delay counts no more", count: 3,
      steps: [
        (.begin, [.start(0), .startDelay(0)]), (.fails(0), [.start(1), .startDelay(1)]), (.delay(0), []),
        (.delay(1), [.start(2)]), (.fails(1), []), (.fails(2), [.fail]),
      ]),
    Story(
      testDescription: "an old attempt's failure brings nothing forward", count: 3,
      steps: [
        (.begin, [.start(0), .startDelay(0)]), (.delay(0), [.start(1), .startDelay(1)]), (.fails(0), []),
        (.delay(1), [.start(2)]), (.succeeds(2), [.cancel([1]), .succeed(2)]),
      ]),
    Story(
      testDescription: "the last that runs fails: the next starts at once", count: 3,
      steps: [
        (.begin, [.start(0), .startDelay(0)]), (.delay(0), [.start(1), .startDelay(1)]),
        (.fails(1), [.start(2)]), (.fails(0), []), (.fails(2), [.fail]),
      ]),
    Story(
      testDescription: "all fail, in any order", count: 2,
      steps: [
        (.begin, [.start(0), .startDelay(0)]), (.delay(0), [.start(1)]), (.fails(1), []), (.fails(0), [.fail]),
      ]),
    Story(
      testDescription: "what comes after the end is ignored", count: 2,
      steps: [
        (.begin, [.start(0), .startDelay(0)]), (.delay(0), [.start(1)]),
        (.succeeds(0), [.cancel([1]), .succeed(0)]), (.fails(1), []), (.succeeds(1), []), (.delay(1), []),
        (.succeeds(0), []),
      ]),
    Story(
      testDescription: "what never began is ignored", count: 2,
      steps: [
        (.begin, [.start(0), .startDelay(0)]), (.succeeds(1), []), (.fails(1), []), (.delay(1), []),
        (.fails(0), [.start(1)]), (.fails(0), []), (.succeeds(1), [.succeed(1)]),
      ]),
  ]

  @Test("The state machine does what RFC 8305 says", arguments: stories)
  func machine(_ story: Story) {
    var machine = HappyEyeballs((0..<story.count).map { .ipv4(.loopback, port: UInt16($0 + 1)) })
    for (number, (step, expected)) in story.steps.enumerated() {
      let actions =
        switch step {
        case .begin: machine.begin()
        case .delay(let attempt): machine.delayPassed(attempt)
        case .fails(let attempt): machine.attemptFailed(attempt)
        case .succeeds(let attempt): machine.attemptSucceeded(attempt)
        }
      #expect(actions == expected, "step \(number): \(step)")
    }
  }

  @Test(
    "Families alternate, the preferred one first, and each keeps its order",
    arguments: [
      ("", ""), ("a", "a"), ("A", "A"), ("abc", "abc"), ("abAB", "aAbB"), ("ABab", "AaBb"), ("aABC", "aABC"),
      ("aAbB", "aAbB"), ("abcA", "aAbc"), ("AabcB", "AaBbc"),
    ])
  func interleaving(_ given: String, _ expected: String) {
    let ordered = HappyEyeballs.interleaved(given.utf8.map(Self.address))
    #expect(ordered == expected.utf8.map(Self.address))
    #expect(HappyEyeballs(given.utf8.map(Self.address)).addresses == ordered)
  }

  /// Small letters are IPv4, capitals IPv6.
  private static func address(_ letter: UInt8) -> SocketAddress {
    letter >= UInt8(ascii: "a")
      ? .ipv4(.loopback, port: UInt16(letter)) : .ipv6(.loopback, port: UInt16(letter))
  }

  @Test("The attempt delay is the one recommended")
  func delay() { #expect(HappyEyeballs.attemptDelay == .milliseconds(250)) }
}
