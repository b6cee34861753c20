import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct BroadcastTests {
  @LoopActor
  private struct Server {
    let input: SockTestSupport.Pipe
    let broadcast: Broadcast
    let reading: Task<String, any Error>

    init(patience: Duration = .seconds(10)) throws {
      input = try SockTestSupport.Pipe()
      let reader = MessageReader(try DescriptorStream(input.reader), size: 1 << 16, framing: .read)
      let broadcast = Broadcast(reader, inputIsTerminal: false, patience: patience)
      self.broadcast = broadcast
      reading = start(keeping: input) { await broadcast.run().name }
    }

    func session(_ change: (inout StandardRelayRules) -> Void = { _ in }) throws -> StandardRelayRun {
      let connection = try Connection(.unix)
      return try StandardRelayRun(input: broadcast.member(keepsMessageBoundaries: false), on: connection, change)
    }
  }

  @Test("With no members nothing is read; each member gets everything from the moment it joined")
  @LoopActor
  func members() async throws {
    let server = try Server()
    try server.input.writer.write("first ")
    await settle(rounds: 64)
    #expect(server.input.reader.unread == 6)

    let one = try server.session()
    #expect(try await one.peerGot(6) == "first ")
    let two = try server.session()
    try server.input.writer.write("for both")
    server.input.writer.close()
    #expect(try await one.peerGotAll() == "for both")
    #expect(try await two.peerGotAll() == "for both")
    #expect(try await server.reading.value == "sourceEnded")

    // A member that joins after the end gets the end.
    let late = try server.session()
    #expect(try await late.peerGotAll() == "")
    for run in [one, two, late] {
      run.peer.close()
      #expect(try await run.ending.value == "finished")
    }
  }

  @Test("A member that leaves does not stop the broadcast, and the next one continues where the input is")
  @LoopActor
  func leaving() async throws {
    let server = try Server()
    let one = try server.session()
    try server.input.writer.write("a")
    #expect(try await one.peerGot(1) == "a")
    one.peer.close()
    one.ending.cancel()
    _ = try await one.ending.value
    try server.input.writer.write("b")
    await settle(rounds: 64)
    #expect(server.input.reader.unread == 1)
    let two = try server.session()
    #expect(try await two.peerGot(1) == "b")
    server.input.writer.close()
    two.peer.close()
    #expect(try await two.ending.value == "finished")
  }

  @Test("A member whose relay has ended as idle no longer holds back the others")
  @LoopActor
  func idleMember() async throws {
    let data = RandomData.bytes(4 << 20, seed: 5)
    let server = try Server(patience: .seconds(600))
    let (gone, good) = (try server.session { $0.idle = .milliseconds(20) }, try server.session())
    #expect(try await gone.ending.value == "idle")
    let (input, goodPeer) = (server.input, good.peer)
    let feeder = onThread {
      input.writer.feed(data)
      input.writer.close()
    }
    let reader = onThread { goodPeer.drain() }
    let got = try await reader.value
    #expect(got == data)
    try await feeder.value
    good.peer.close()
    #expect(try await good.ending.value == "finished")
  }

  @Test("A slow member holds back reading; one that takes nothing for too long is dropped, and its relay fails")
  @LoopActor
  func slowMember() async throws {
    let data = RandomData.bytes(6 << 20, seed: 4)
    let server = try Server(patience: .seconds(2))
    let (stuck, good) = (try server.session(), try server.session())
    let (input, goodPeer) = (server.input, good.peer)
    let feeder = onThread {
      input.writer.feed(data)
      input.writer.close()
    }
    let reader = onThread { goodPeer.drain() }
    #expect(try await stuck.ending.value == "connectionFailed ETIMEDOUT")
    let got = try await reader.value
    #expect(got == data)
    try await feeder.value
    good.peer.close()
    #expect(try await good.ending.value == "finished")
    // The queue for the stuck peer stayed bounded.
    #expect(stuck.sent.bytes < 4 << 20)
  }
}
