import LoopTestSupport
import Glibc
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct PumpStoppingTests {
  /// A pump that copies between two pipes and whose sink is full, so that it holds what it has read.
  @LoopActor
  private struct Held {
    let source: SockTestSupport.Pipe
    let sink: SockTestSupport.Pipe
    let pump: Pump
    let run: Task<Pump.Ending, any Error>
    let filled: Int

    init() async throws {
      let (source, sink) = (try SockTestSupport.Pipe(), try SockTestSupport.Pipe())
      filled = try sink.writer.fill()
      try source.writer.write([UInt8](repeating: 1, count: 60_000))
      let pump = Pump(from: try DescriptorStream(source.reader), to: try DescriptorStream(sink.writer))
      run = start(keeping: (source, sink)) { await pump.run() }
      try await eventually { source.reader.unread == 0 }
      // What arrives from now on must stay in the source.
      try source.writer.write([UInt8](repeating: 2, count: 60_000))
      await settle(rounds: 64)
      self.source = source
      self.sink = sink
      self.pump = pump
    }
  }

  @Test("While the sink takes nothing, the pump reads no more than one buffer")
  @LoopActor
  func bounded() async throws {
    let held = try await Held()
    #expect(held.source.reader.unread == 60_000)
    #expect(held.pump.counter.bytes == 0)
    held.run.cancel()
    #expect(try await held.run.value.name == "cancelled")
  }

  @Test("A stop ends reading; what was read is delivered, and the rest stays in the source")
  @LoopActor
  func stop() async throws {
    let held = try await Held()
    held.pump.stop()
    await settle(rounds: 64)
    #expect(held.pump.counter.bytes == 0)
    let sink = held.sink
    let reader = onThread { sink.reader.drain() }
    #expect(try await held.run.value.name == "stopped")
    #expect(held.source.reader.unread == 60_000)
    #expect(held.pump.counter.bytes == 60_000)
    held.sink.writer.close()
    let got = try await reader.value
    #expect(got.dropFirst(held.filled) == [UInt8](repeating: 1, count: 60_000)[...])
  }

  @Test("An abandoned pump ends even though it holds bytes")
  @LoopActor
  func abandon() async throws {
    let held = try await Held()
    held.pump.abandon()
    #expect(try await held.run.value.name == "stopped")
    #expect(held.pump.counter.bytes == 0)
  }

  @Test("A stop ends a wait for the source at once, on every path")
  @LoopActor
  func stopWaiting() async throws {
    let (pipe, socket, other) = (try SockTestSupport.Pipe(), try Connection(.tcp), try Connection(.unix))
    let null = try Far.open("/dev/null", O_WRONLY)
    for pump in [
      Pump(from: try DescriptorStream(pipe.reader), to: SocketStream(socket.ours)),
      Pump(from: SocketStream(socket.ours), to: SocketStream(other.ours)),
      Pump(from: SocketStream(socket.ours), to: try DescriptorStream(null)),
      Pump(from: SocketStream(other.ours), to: try DescriptorStream(null)),
    ] {
      let run = start { await pump.run() }
      await settle()
      pump.stop()
      #expect(try await run.value.name == "stopped")
    }
  }

  @Test("A stop ends a wait for a full sink at once if nothing is held")
  @LoopActor
  func stopBeforeFullSink() async throws {
    let (pipe, sink) = (try SockTestSupport.Pipe(), try Connection(.unix))
    let block = [UInt8](repeating: 0, count: 1 << 16)
    while case .moved = try sink.ours.socket.send(block.span) {}
    try pipe.writer.write("stays")
    let pump = Pump(from: try DescriptorStream(pipe.reader), to: SocketStream(sink.ours))
    let run = start { await pump.run() }
    await settle(rounds: 64)
    pump.stop()
    #expect(try await run.value.name == "stopped")
    #expect(pipe.reader.unread == 5)
  }

  @Test("Stopping one direction of a socket leaves the other alone")
  @LoopActor
  func otherDirection() async throws {
    let (socket, input, output) = (
      try Connection(.unix), try SockTestSupport.Pipe(), try SockTestSupport.Pipe()
    )
    let end = SocketStream(socket.ours)
    let block = [UInt8](repeating: 0, count: 1 << 16)
    while case .moved = try socket.ours.socket.send(block.span) {}
    try input.writer.write("up")
    let up = Pump(from: try DescriptorStream(input.reader), to: end)
    let down = Pump(from: end, to: try DescriptorStream(output.writer))
    let (upward, downward) = (start { await up.run() }, start { await down.run() })
    await settle(rounds: 64)
    up.abandon()
    #expect(try await upward.value.name == "stopped")
    try socket.peer.write("down")
    try await eventually { output.reader.unread == 4 }
    socket.peer.halfClose()
    #expect(try await downward.value.name == "sourceEnded")
  }
}
