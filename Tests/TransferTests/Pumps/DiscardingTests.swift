import Glibc
import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// Data for /dev/null is discarded from the socket while the pump's task sleeps; these tests cover what can happen
/// then.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct DiscardingTests {
  /// A pump from a connection to /dev/null, fed piece by piece.
  @LoopActor
  private struct Bench {
    let source: Connection
    let null: Far
    let pump: Pump

    init() throws {
      source = try Connection(.tcp)
      null = try Far.open("/dev/null", O_WRONLY)
      pump = Pump(from: SocketStream(source.ours), to: try DescriptorStream(null))
    }
  }

  @Test(
    "Every piece is counted, and the end is seen, after the last piece or together with it", arguments: [false, true])
  @LoopActor
  func pieces(endsWithLast: Bool) async throws {
    let bench = try Bench()
    let run = start { await bench.pump.run() }
    for index in 0..<200 {
      try await bench.source.pass([UInt8](repeating: 1, count: 1 + index * 397), through: bench.pump)
    }
    let expected = bench.pump.counter.bytes + (endsWithLast ? 5 : 0)
    if endsWithLast { bench.source.peer.feed([1, 2, 3, 4, 5]) }
    bench.source.peer.halfClose()
    guard case .sourceEnded = try await run.value else { return #expect(Bool(false), "it did not end with its source") }
    #expect(bench.pump.counter.bytes == expected)
    #expect(bench.pump.path == .discard)
  }

  @Test("A reset after a piece is reported")
  @LoopActor
  func reset() async throws {
    let bench = try Bench()
    let run = start { await bench.pump.run() }
    try await bench.source.pass([1, 2, 3], through: bench.pump)
    bench.source.peer.reset()
    guard case .sourceFailed(let error) = try await run.value else { return #expect(Bool(false), "it did not fail") }
    #expect(error.number == .connectionReset)
  }

  @Test("A stop ends a sleeping pump; a limit ends it mid-piece and leaves the rest")
  @LoopActor
  func stops() async throws {
    let bench = try Bench()
    let run = start { await bench.pump.run() }
    try await bench.source.pass([1], through: bench.pump)
    bench.pump.finish(taking: 2)
    bench.source.peer.feed([3, 4, 5])
    guard case .stopped = try await run.value else { return #expect(Bool(false), "it was not stopped") }
    #expect(bench.pump.counter.bytes == 3)

    let again = Pump(from: SocketStream(bench.source.ours), to: try DescriptorStream(bench.null))
    let second = start { await again.run() }
    try await eventually { again.counter.bytes == 1 }
    again.stop()
    guard case .stopped = try await second.value else { return #expect(Bool(false), "it was not stopped") }
  }

  @Test("What follows urgent data is counted too")
  @LoopActor
  func urgentData() async throws {
    let bench = try Bench()
    let run = start { await bench.pump.run() }
    try await bench.source.pass([1, 2], through: bench.pump)
    #expect(send(bench.source.peer.raw, [UInt8(33)], 1, CInt(MSG_OOB)) == 1)
    bench.source.peer.feed([4, 5])
    try await eventually { bench.pump.counter.bytes == 4 }
    bench.source.peer.halfClose()
    guard case .sourceEnded = try await run.value else { return #expect(Bool(false), "it did not end with its source") }
  }
}
