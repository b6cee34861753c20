import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// A pump has a task only while there is work that must wait in between.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct RestingTests {
  /// A pump between two connections that has moved something, as `move` says.
  @LoopActor
  private func rested(
    _ bytes: Int, times: Int = 1
  ) async throws -> (pump: Pump, source: Connection, sink: Connection, run: Task<Pump.Ending, Never>) {
    let (source, sink) = (try Connection(.tcp), try Connection(.tcp))
    let pump = Pump(from: SocketStream(source.ours), to: SocketStream(sink.ours))
    let run = Task(executorPreference: EventLoop.shared) { await pump.run() }
    for _ in 0..<times {
      let before = pump.counter.bytes
      source.peer.feed([UInt8](repeating: 7, count: bytes))
      try await eventually { pump.counter.bytes == before + UInt64(bytes) }
    }
    try await eventually { pump.work == nil && pump.waiting != nil }
    return (pump, source, sink, run)
  }

  @Test(
    "A pump without anything to move has no task, after short messages and after long ones", arguments: [1, 60_000])
  @LoopActor
  func hasNoTask(bytes: Int) async throws {
    let (pump, source, _, run) = try await rested(bytes, times: 3)
    #expect(pump.work == nil && pump.isHoldingNothing)
    source.peer.halfClose()
    guard case .sourceEnded = await run.value else { return #expect(Bool(false), "it did not end with its source") }
    #expect(pump.pipe == nil)
  }

  @Test("A resting pump ends by a stop, by cancellation, and when its source is closed")
  @LoopActor
  func ends() async throws {
    let stopped = try await rested(1)
    stopped.pump.stop()
    guard case .stopped = await stopped.run.value else { return #expect(Bool(false), "it was not stopped") }
    let cancelled = try await rested(1)
    cancelled.run.cancel()
    guard case .cancelled = await cancelled.run.value else { return #expect(Bool(false), "it was not cancelled") }
    let closed = try await rested(1)
    closed.source.ours.close()
    guard case .cancelled = await closed.run.value else { return #expect(Bool(false), "it did not end") }
  }

  @Test("What comes in one piece with the end is moved before the pump ends")
  @LoopActor
  func dataWithEnd() async throws {
    let (pump, source, sink, run) = try await rested(1)
    source.peer.feed([1, 2, 3])
    source.peer.halfClose()
    guard case .sourceEnded = await run.value else { return #expect(Bool(false), "it did not end with its source") }
    #expect(pump.counter.bytes == 4)
    withExtendedLifetime(sink) {}
  }
}

extension Pump {
  @LoopActor fileprivate var isHoldingNothing: Bool { !isHolding && pipe?.count ?? 0 == 0 }
}
