import LoopTestSupport
import Glibc
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct StandardRelayTimeTests {
  @Test("After our input ends, the peer has the wait time, which may be zero, and the relay finishes")
  @LoopActor
  func wait() async throws {
    for wait in [Duration.zero, .milliseconds(40)] {
      let run = try StandardRelayRun(.tcp) { $0.wait = wait }
      try run.input.writer.write("in")
      #expect(try await run.peerGot(2) == "in")
      let end = MonotonicTime.after(wait)
      run.input.writer.close()
      #expect(try await run.ending.value == "finished")
      #expect(MonotonicTime.now >= end)
      #expect(try await run.peerGotAll() == "")
    }
  }

  @Test("The wait does not start before our input has ended")
  @LoopActor
  func noWaitYet() async throws {
    let run = try StandardRelayRun(.unix) { $0.wait = .zero }
    try run.peer.write("hello")
    #expect(try await run.gotten(5) == "hello")
    await settle(rounds: 64)
    try run.input.writer.write("still here")
    #expect(try await run.peerGot(10) == "still here")
    run.input.writer.close()
    #expect(try await run.ending.value == "finished")
  }

  @Test("Silence ends the relay as idle; traffic in either direction restarts the time")
  @LoopActor
  func idle() async throws {
    for sends in [true, false] {
      let run = try StandardRelayRun(.tcp) { $0.idle = .milliseconds(60) }
      if sends { try run.input.writer.write("x") } else { try run.peer.write("x") }
      #expect(try await run.ending.value == "idle")
      let latest = max(run.sent.latest, run.received.latest)
      #expect(MonotonicTime.now >= latest.advanced(by: .milliseconds(60)))
    }
  }

  @Test("While our output has no room, the peer is not idle, and everything it sent is written first")
  @LoopActor
  func heldUp() async throws {
    let run = try StandardRelayRun(.tcp) { $0.idle = .milliseconds(60) }
    let data = RandomData.bytes(1 << 20, seed: 9)
    let (peer, output) = (run.peer, run.output)
    let feeder = onThread { peer.feed(data) }
    // Several times the idle time.
    try await EventLoop.sleep(until: .after(.milliseconds(400)))
    let reader = onThread {
      var got: [UInt8] = []
      while got.count < data.count, let more = try? output.reader.read(upTo: data.count) { got += more }
      return got
    }
    #expect(try await reader.value == data)
    try await feeder.value
    #expect(try await run.ending.value == "idle")
  }

  @Test("When sending only, what the peer sends is discarded, and the relay ends once everything is acknowledged")
  @LoopActor
  func sendOnly() async throws {
    let data = RandomData.bytes(1 << 20, seed: 8)
    for kind in [Connection.Kind.tcp, .unix] {
      let run = try StandardRelayRun(kind) { $0.direction = .sendOnly }
      let (input, peer) = (run.input, run.peer)
      let chatter = onThread { peer.feed([UInt8](repeating: 0, count: 1 << 20)) }
      let feeder = onThread {
        input.writer.feed(data)
        input.writer.close()
      }
      let reader = onThread { peer.drain(slowly: true) }
      #expect(try await run.ending.value == "finished")
      try await feeder.value
      try await chatter.value
      let got = try await reader.value
      #expect(got == data)
      #expect(run.output.reader.unread == 0)
    }
  }

  @Test("When sending only, a peer that has ended must still acknowledge everything")
  @LoopActor
  func sendOnlyAfterPeerEnd() async throws {
    let run = try StandardRelayRun(.tcp) { $0.direction = .sendOnly }
    var ended = false
    run.relay.sideEnded = { if $0 == .right { ended = true } }
    run.peer.halfClose()
    try await eventually { ended }
    let input = run.input
    // More than the connection can buffer, so the relay cannot end before the peer has read.
    let data = RandomData.bytes(4 << 20, seed: 9)
    let feeder = onThread {
      input.writer.feed(data)
      input.writer.close()
    }
    let peer = run.peer
    let reader = onThread { peer.drain(slowly: true) }
    #expect(try await run.ending.value == "finished")
    try await feeder.value
    let got = try await reader.value
    #expect(got == data)
  }

  @Test("When receiving only, our input is never read")
  @LoopActor
  func receiveOnly() async throws {
    let run = try StandardRelayRun(.tcp) { $0.direction = .receiveOnly }
    try run.input.writer.write("stays")
    try run.peer.write("comes")
    #expect(try await run.gotten(5) == "comes")
    run.peer.close()
    #expect(try await run.ending.value == "finished")
    #expect(run.input.reader.unread == 5)
  }

  @Test("When we end first while the peer keeps sending, it gets everything and a FIN, not a reset")
  @LoopActor
  func lingering() async throws {
    let data = RandomData.bytes(1 << 20, seed: 21)
    let run = try StandardRelayRun(.tcp) { $0.onEOF = .close }
    let (input, output, peer) = (run.input, run.output, run.peer)
    let noise = onThread { peer.feed([UInt8](repeating: 0, count: 64 << 20)) }
    let sink = onThread { output.reader.drain().count }
    let feeder = onThread {
      input.writer.feed(data)
      input.writer.close()
    }
    let reader = onThread { peer.drain(slowly: true) }
    #expect(try await run.ending.value == "finished")
    let got = try await reader.value
    #expect(got == data)
    run.output.writer.close()
    // The test still holds the connection, which keeps it open, but no one reads from it any more.
    shutdown(peer.raw, CInt(SHUT_RDWR))
    for thread in [noise, feeder] { try await thread.value }
    _ = try await sink.value
  }
}
