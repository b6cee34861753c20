import Glibc
import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// The table of ``Relay``: each row, for either side, with streams in memory.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct RelayRuleTests {
  /// A relay in which something happens to the side `this`.
  @LoopActor
  private struct Run {
    let this: ScriptedStream
    let other: ScriptedStream
    let name: Relay.SideName
    let relay: Relay
    let ending: Task<Relay.Ending, any Error>

    /// - Parameter output: if given, `this` side has two streams, like standard input and output, and writes to this
    /// one.
    init(
      _ name: Relay.SideName, this: ScriptedStream, other: ScriptedStream, output: ScriptedStream? = nil,
      watchesOutput: Bool = false, _ change: (inout RelayRules.Side) -> Void = { _ in },
      all changeAll: (inout RelayRules) -> Void = { _ in }
    ) {
      (self.this, self.other, self.name) = (this, other, name)
      var rules = RelayRules()
      if name == .left { change(&rules.left) } else { change(&rules.right) }
      changeAll(&rules)
      let own = output.map { Relay.Side(input: this, output: $0, watchesOutput: watchesOutput) } ?? Relay.Side(this)
      let relay = name == .left ? Relay(own, .init(other), rules: rules) : Relay(.init(other), own, rules: rules)
      self.relay = relay
      ending = start(keeping: (this, other, output)) { await relay.run() }
    }

    func result() async throws -> String { try await ending.value.description(seenFrom: name) }
  }

  private static let sides: [Relay.SideName] = [.left, .right]

  @Test("When a side ends, the other is half-closed, and the relay goes on until both have ended", arguments: sides)
  @LoopActor
  func halfClose(side: Relay.SideName) async throws {
    let run = Run(side, this: .init(.bytes("all"), .end), other: .init())
    try await eventually { run.other.isFinished }
    #expect(run.other.written == "all" && run.this.isReadingStopped)
    run.other.bring(.bytes("answer"), .end)
    #expect(try await run.result() == "finished")
    #expect(run.this.written == "answer")
    for stream in [run.this, run.other] { #expect(stream.closing == .delivered(within: .seconds(5))) }
  }

  @Test("With keep, the other side is not half-closed", arguments: sides)
  @LoopActor
  func keep(side: Relay.SideName) async throws {
    let run = Run(side, this: .init(.bytes("in"), .end), other: .init()) { $0.onEnd = .keep }
    try await eventually { run.this.isReadingStopped }
    run.other.bring(.bytes("out"), .end)
    #expect(try await run.result() == "finished")
    #expect(run.this.written == "out" && !run.other.isFinished)
  }

  @Test(
    "With close, the relay ends once everything is sent, and delivers what the other side has sent by then",
    arguments: sides)
  @LoopActor
  func close(side: Relay.SideName) async throws {
    let run = Run(side, this: .init(.bytes("bye"), .end), other: .init(.bytes("see you"))) { $0.onEnd = .close }
    #expect(try await run.result() == "finished")
    #expect(run.other.written == "bye" && run.this.written == "see you")
  }

  @Test("When a side cannot be read, the other gets what was read, then a reset", arguments: sides)
  @LoopActor
  func inputFails(side: Relay.SideName) async throws {
    let run = Run(side, this: .init(.bytes("half"), .failure(.connectionReset)), other: .init())
    #expect(try await run.result() == "this side's input failed: ECONNRESET")
    #expect(run.other.written == "half")
    #expect(run.other.closing == .aborted(deliveringWithin: .seconds(5)))
    #expect(run.this.closing == .atOnce)
  }

  @Test(
    "When a connection cannot be written to, what it had sent is delivered before the other is reset", arguments: sides)
  @LoopActor
  func connectionFails(side: Relay.SideName) async throws {
    let this = ScriptedStream()
    this.writeFailure = .brokenPipe
    let run = Run(side, this: this, other: .init(.bytes("nobody takes this")))
    try await eventually { run.other.isReadingStopped }
    this.bring(.bytes("last words"), .end)
    #expect(try await run.result() == "this side's output failed: EPIPE")
    #expect(run.other.written == "last words")
    #expect(run.other.closing == .aborted(deliveringWithin: .seconds(5)))
  }

  @Test("When the output of a side of two streams fails, the relay ends at once and resets the other", arguments: sides)
  @LoopActor
  func outputFails(side: Relay.SideName) async throws {
    let output = ScriptedStream()
    output.writeFailure = ErrorNumber(rawValue: ENOSPC)
    let run = Run(side, this: .init(), other: .init(.bytes("too much")), output: output)
    #expect(try await run.result() == "this side's output failed: ENOSPC")
    #expect(run.other.closing == .aborted(deliveringWithin: .seconds(5)))
  }

  @Test(
    "When the reader of an idle output goes away, the relay ends, with an orderly close for the other side",
    arguments: sides)
  @LoopActor
  func readerGone(side: Relay.SideName) async throws {
    let output = ScriptedStream()
    let run = Run(side, this: .init(), other: .init(), output: output, watchesOutput: true)
    await settle()
    output.fail()
    #expect(try await run.result() == "this side's output failed: EPIPE")
    #expect(run.other.closing == .delivered(within: .seconds(5)))
  }

  @Test("A reset after a connection's end is noticed although nothing is read from it", arguments: sides)
  @LoopActor
  func resetAfterEnd(side: Relay.SideName) async throws {
    let run = Run(side, this: .init(.end), other: .init())
    try await eventually { run.other.isFinished }
    await settle()
    run.this.fail()
    #expect(try await run.result() == "this side's output failed: ECONNRESET")
    #expect(run.other.closing == .aborted(deliveringWithin: .seconds(5)))
  }

  @Test("After a side's end the other has the wait time, then the relay finishes", arguments: sides)
  @LoopActor
  func wait(side: Relay.SideName) async throws {
    let run = Run(side, this: .init(.end), other: .init()) { $0.wait = .milliseconds(20) }
    #expect(try await run.result() == "finished")
    let quiet = Run(side, this: .init(.end), other: .init()) { $0.quiet = .milliseconds(20) }
    #expect(try await quiet.result() == "finished")
  }

  @Test("Silence in both directions ends the relay as idle, and cancellation as cancelled", arguments: sides)
  @LoopActor
  func idle(side: Relay.SideName) async throws {
    let run = Run(side, this: .init(.bytes("x")), other: .init(), all: { $0.idle = .milliseconds(20) })
    #expect(try await run.result() == "idle")
    #expect(run.other.written == "x")
    let cancelled = Run(side, this: .init(), other: .init())
    await settle()
    cancelled.ending.cancel()
    #expect(try await cancelled.result() == "cancelled")
    #expect(cancelled.other.closing == .delivered(within: .seconds(1)))
  }

  @Test("Bytes not acknowledged in time are reported", arguments: sides)
  @LoopActor
  func unacknowledged(side: Relay.SideName) async throws {
    let other = ScriptedStream(.end)
    other.delivery = .timedOut(unacknowledged: 7)
    let run = Run(side, this: .init(.bytes("unread"), .end), other: other)
    var warnings: [String] = []
    run.relay.warn = { warnings.append($0) }
    #expect(try await run.result() == "finished")
    #expect(warnings == ["the peer has not acknowledged 7 bytes that were sent"])
  }
}

extension Relay.Ending {
  fileprivate func description(seenFrom name: Relay.SideName) -> String {
    func side(_ failed: Relay.SideName) -> String { failed == name ? "this side's" : "the other side's" }
    return switch self {
    case .finished: "finished"
    case .inputFailed(let failed, let error): "\(side(failed)) input failed: \(error.number.name)"
    case .outputFailed(let failed, let error): "\(side(failed)) output failed: \(error.number.name)"
    case .idle: "idle"
    case .cancelled: "cancelled"
    }
  }
}
