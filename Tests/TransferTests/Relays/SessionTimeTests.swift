import LoopTestSupport
import Glibc
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

@Suite("Times and directions of sessions", .onTheLoop, .timeLimit(.minutes(1)))
struct SessionTimeTests {
  @Test("After our input so long for the peer, and then success; zero is allowed")
  @LoopActor
  func wait() async throws {
    for wait in [Duration.zero, .milliseconds(40)] {
      let run = try SessionRun(.tcp) { $0.wait = wait }
      try run.input.writer.write("in")
      #expect(try await run.peerGot(2) == "in")
      let end = MonotonicTime.after(wait)
      run.input.writer.close()
      #expect(try await run.ending.value == "finished")
      #expect(MonotonicTime.now >= end)
      #expect(try await run.peerGotAll() == "")
    }
  }

  @Test("The wait does not begin before our input has ended")
  @LoopActor
  func noWaitYet() async throws {
    let run = try SessionRun(.unix) { $0.wait = .zero }
    try run.peer.write("hello")
    #expect(try await run.gotten(5) == "hello")
    await settle(rounds: 64)
    try run.input.writer.write("still here")
    #expect(try await run.peerGot(10) == "still here")
    run.input.writer.close()
    #expect(try await run.ending.value == "finished")
  }

  @Test("Without traffic for so long the session is idle; traffic in either direction puts that off")
  @LoopActor
  func idle() async throws {
    for sends in [true, false] {
      let run = try SessionRun(.tcp) { $0.idle = .milliseconds(60) }
      if sends { try run.input.writer.write("x") } else { try run.peer.write("x") }
      #expect(try await run.ending.value == "idle")
      let latest = max(run.sent.latest, run.received.latest)
      #expect(MonotonicTime.now >= latest.advanced(by: .milliseconds(60)))
    }
  }

  @Test("While our own output has no room, the peer is not idle: all that it has sent is written first")
  @LoopActor
  func heldUp() async throws {
    let run = try SessionRun(.tcp) { $0.idle = .milliseconds(60) }
    let data = RandomData.bytes(1 << 20, seed: 9)
    let (peer, output) = (run.peer, run.output)
    let feeder = onThread { peer.feed(data) }
    // Several times as long as it may be silent.
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

  @Test("Sending only: what the peer sends is discarded, and the end comes when it has acknowledged everything")
  @LoopActor
  func sendOnly() async throws {
    let data = RandomData.bytes(1 << 20, seed: 8)
    for kind in [Connection.Kind.tcp, .unix] {
      let run = try SessionRun(kind) { $0.direction = .sendOnly }
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

  @Test("Sending only to a peer that has ended: its acknowledgement is waited for all the same")
  @LoopActor
  func sendOnlyAfterPeerEnd() async throws {
    let run = try SessionRun(.tcp) { $0.direction = .sendOnly }
    var ended = false
    run.session.sideEnded = { if $0 == .right { ended = true } }
    run.peer.halfClose()
    try await eventually { ended }
    let input = run.input
    // More than the connection holds: the end cannot come before the peer has read.
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

  @Test("Receiving only: our input is never read")
  @LoopActor
  func receiveOnly() async throws {
    let run = try SessionRun(.tcp) { $0.direction = .receiveOnly }
    try run.input.writer.write("stays")
    try run.peer.write("comes")
    #expect(try await run.gotten(5) == "comes")
    run.peer.close()
    #expect(try await run.ending.value == "finished")
    #expect(run.input.reader.unread == 5)
  }

  @Test("We end first while the peer keeps sending: it gets everything, and an end, not a reset")
  @LoopActor
  func lingering() async throws {
    let data = RandomData.bytes(1 << 20, seed: 21)
    let run = try SessionRun(.tcp) { $0.onEOF = .close }
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
    // The test holds the connection, so it is not closed; nobody reads any more.
    shutdown(peer.raw, CInt(SHUT_RDWR))
    for thread in [noise, feeder] { try await thread.value }
    _ = try await sink.value
  }
}
