import SocketLoop
import Sockets
import Testing

@testable import Operations

@Suite struct PingTallyTests {
  private func answer(_ milliseconds: Int = 1) -> ProbeOutcome {
    .answer(ProbeAnswer(kind: .echo, from: .ipv4(.loopback, port: 0), time: .milliseconds(milliseconds)))
  }

  @Test("Answers, duplicates, reordered and late ones are told apart")
  func counting() {
    var tally = PingTally()
    for _ in 0..<4 { _ = tally.send() }
    #expect(!tally.count(answer(1), sequence: 1).isReordered)
    #expect(!tally.count(answer(3), sequence: 3).isReordered)
    #expect(tally.count(answer(2), sequence: 2).isReordered)
    #expect(tally.count(answer(), sequence: 2).isDuplicate)
    #expect(tally.count(.silence, sequence: 4).isNews)
    #expect(tally.statistics.received == 3 && tally.statistics.lossPercent == 25)
    // Too late to be waited for, but still an answer.
    #expect(tally.count(answer(10), sequence: 4).isNews)
    #expect(!tally.count(.silence, sequence: 4).isNews)
    #expect(!tally.count(answer(), sequence: 5).isNews)
    let all = tally.statistics
    #expect(all.sent == 4 && all.received == 4 && all.duplicates == 1 && all.reordered == 1 && all.lossPercent == 0)
    #expect(all.minimum == 0.001 && all.maximum == 0.010 && abs(all.average - 0.004) < 1e-9)
    #expect(abs(all.deviation - 0.0035355339) < 1e-9)
  }

  @Test("A corrupted answer is not counted as received nor waited for, and a good one may follow")
  func corruption() {
    var tally = PingTally()
    for _ in 0..<2 { _ = tally.send() }
    guard case .answer(let reply) = answer() else { return }
    for sequence in 1...2 { #expect(tally.count(.corrupted(reply, .byte(3)), sequence: sequence).isNews) }
    #expect(tally.oldestWaiting == nil)
    #expect(tally.expired(before: .after(.seconds(61)), timeout: .seconds(60)) == [])
    #expect(!tally.count(answer(), sequence: 2).isDuplicate)
    let all = tally.statistics
    #expect(all.corrupted == 2 && all.received == 1 && all.errors == 0 && all.lossPercent == 50)
  }

  @Test("A 16-bit sequence number means the latest probe that has it")
  func wrapping() {
    var tally = PingTally()
    for _ in 0..<65_540 { _ = tally.send() }
    #expect(tally.probe(4)?.sequence == 65_540)
    #expect(tally.probe(0)?.sequence == 65_536)
    #expect(tally.probe(65_535)?.sequence == 65_535)
    #expect(tally.probe(5) == nil, "not sent again yet")
  }

  @Test("A probe expires after its timeout, and only if it is still unanswered")
  func expiry() {
    var tally = PingTally()
    for _ in 0..<3 { _ = tally.send() }
    _ = tally.count(answer(), sequence: 2)
    #expect(tally.expired(before: .now, timeout: .seconds(60)) == [])
    #expect(tally.expired(before: .after(.seconds(61)), timeout: .seconds(60)) == [1, 3])
    for sequence in [1, 3] { _ = tally.count(.silence, sequence: sequence) }
    #expect(tally.oldestWaiting == nil)
  }
}
