import CSocketShims
import Glibc
import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// Messages that arrive one by one are moved while the pump's task sleeps; these tests cover what can happen then.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct ShortMessageTests {
  /// A pump from a connection to a pipe, with the far ends of both.
  @LoopActor
  private struct Bench {
    let source: Connection
    let pipe: SockTestSupport.Pipe
    let pump: Pump

    init() throws {
      source = try Connection(.tcp)
      pipe = try SockTestSupport.Pipe()
      pump = try Self.pump(source, pipe)
    }

    static func pump(_ source: Connection, _ pipe: SockTestSupport.Pipe) throws -> Pump {
      Pump(from: SocketStream(source.ours), to: try DescriptorStream(pipe.writer))
    }
  }

  @Test("Each message arrives at once, whole and in order, and the end follows")
  @LoopActor
  func conversation() async throws {
    let bench = try Bench()
    let (source, pipe, pump) = (bench.source, bench.pipe, bench.pump)
    let run = start { await pump.run() }
    var expected: [UInt8] = []
    var received: [UInt8] = []
    for index in 0..<500 {
      let message = RandomData.bytes(1 + index * 37 % 3000, seed: UInt64(index))
      expected += message
      try await source.pass(message, through: pump)
      var block = [UInt8](repeating: 0, count: 4096)
      let count = read(pipe.reader.raw, &block, block.count)
      received += block.prefix(max(count, 0))
    }
    #expect(received == expected)
    source.peer.halfClose()
    guard case .sourceEnded = try await run.value else { return #expect(Bool(false), "it did not end with its source") }
    #expect(pump.counter.bytes == UInt64(expected.count))
  }

  @Test("A pipe with a message in every slot loses none and holds none back")
  @LoopActor
  func fullPipe() async throws {
    let bench = try Bench()
    let (source, pipe, pump) = (bench.source, bench.pipe, bench.pump)
    let run = start { await pump.run() }
    try await source.pass([0], through: pump)
    let count = 100
    for index in 1..<count {
      source.peer.feed([UInt8(index)])
      await settle()
    }
    source.peer.halfClose()
    let reader = onThread { pipe.reader.drain() }
    guard case .sourceEnded = try await run.value else { return #expect(Bool(false), "it did not end with its source") }
    pipe.writer.close()
    #expect(try await reader.value == (0..<count).map { UInt8($0) })
  }

  @Test("A reset after a message is reported")
  @LoopActor
  func reset() async throws {
    let bench = try Bench()
    let (source, pump) = (bench.source, bench.pump)
    let run = start { await pump.run() }
    try await source.pass([1, 2, 3], through: pump)
    source.peer.reset()
    guard case .sourceFailed(let error) = try await run.value else { return #expect(Bool(false), "it did not fail") }
    #expect(error.number == .connectionReset)
  }

  @Test("A stop ends a sleeping pump; a limit ends it mid-message")
  @LoopActor
  func stops() async throws {
    let bench = try Bench()
    let (source, pipe, pump) = (bench.source, bench.pipe, bench.pump)
    let run = start { await pump.run() }
    try await source.pass([1], through: pump)
    try await source.pass([2], through: pump)
    pump.finish(taking: 2)
    source.peer.feed([3, 4, 5])
    guard case .stopped = try await run.value else { return #expect(Bool(false), "it was not stopped") }
    #expect(pump.counter.bytes == 4)

    let again = try Bench.pump(source, pipe)
    let second = start { await again.run() }
    try await eventually { again.counter.bytes == 1 }
    again.stop()
    guard case .stopped = try await second.value else { return #expect(Bool(false), "it was not stopped") }
  }

  @Test("What does not fit into a full pipe is kept, whole or in part", arguments: [0, 8192])
  @LoopActor
  func noRoom(room: Int) async throws {
    let bench = try Bench()
    let (source, pipe, pump) = (bench.source, bench.pipe, bench.pump)
    let run = start { await pump.run() }
    try await source.pass([1], through: pump)
    let filled = try pipe.writer.fill()
    var block = [UInt8](repeating: 0, count: room)
    // The first page holds only the one byte.
    let taken = room > 0 ? read(pipe.reader.raw, &block, room) : 0
    let message = RandomData.bytes(10_000, seed: 3)
    source.peer.feed(message)
    await settle()
    #expect(pump.isIncomplete)
    #expect(pump.counter.bytes < 10_001)
    source.peer.feed([7, 8])
    source.peer.halfClose()
    let reader = onThread { pipe.reader.drain() }
    guard case .sourceEnded = try await run.value else { return #expect(Bool(false), "it did not end with its source") }
    pipe.writer.close()
    let rest = try await reader.value
    #expect(rest.count == 1 + filled - taken + 10_002)
    #expect(rest.suffix(10_002) == message + [7, 8])
    #expect(pump.counter.bytes == 10_003)
  }

  @Test("A stop waits until a message held up by a full pipe is written")
  @LoopActor
  func stopWithoutRoom() async throws {
    let bench = try Bench()
    let (source, pipe, pump) = (bench.source, bench.pipe, bench.pump)
    let run = start { await pump.run() }
    try await source.pass([1], through: pump)
    let filled = try pipe.writer.fill()
    source.peer.feed([2, 3])
    await settle()
    pump.stop()
    await settle()
    let reader = onThread { pipe.reader.drain() }
    guard case .stopped = try await run.value else { return #expect(Bool(false), "it was not stopped") }
    pipe.writer.close()
    #expect(try await reader.value == [1] + [UInt8](repeating: 0x2e, count: filled) + [2, 3])
  }

  @Test("Data after the urgent mark is seen, and so is an end that comes with the last byte")
  @LoopActor
  func urgentData() async throws {
    let bench = try Bench()
    let (source, pipe, pump) = (bench.source, bench.pipe, bench.pump)
    let run = start { await pump.run() }
    try await source.pass([1], through: pump)
    source.peer.feed([2, 3])
    #expect(send(source.peer.raw, [UInt8(33)], 1, CInt(MSG_OOB)) == 1)
    source.peer.feed([4, 5])
    try await eventually { pump.counter.bytes == 5 }
    source.peer.feed([6])
    source.peer.halfClose()
    guard case .sourceEnded = try await run.value else { return #expect(Bool(false), "it did not end with its source") }
    pipe.writer.close()
    #expect(pipe.reader.drain() == [1, 2, 3, 4, 5, 6])
  }

  @Test("Packets that arrive together in a pipe all go at once")
  @LoopActor
  func packets() async throws {
    let (pipe, sink) = (try SockTestSupport.Pipe(), try Connection(.tcp))
    for end in [pipe.reader, pipe.writer] { _ = fcntl(end.raw, F_SETFL, end.statusFlags | sockshim_O_DIRECT) }
    let pump = Pump(from: try DescriptorStream(pipe.reader), to: SocketStream(sink.ours))
    let run = start { await pump.run() }
    for count in 1...15 {
      // A pipe has 16 slots, and the pump cannot run here.
      for index in 0..<count { pipe.writer.feed([UInt8(index)]) }
      let total = UInt64(count * (count + 1) / 2)
      try await eventually { pump.counter.bytes == total }
      await settle()
    }
    pipe.writer.close()
    guard case .sourceEnded = try await run.value else { return #expect(Bool(false), "it did not end with its source") }
    try sink.ours.socket.shutdown(.sending)
    #expect(sink.peer.drain() == (1...15).flatMap { (0..<$0).map { UInt8($0) } })
  }
}
