import Glibc
import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

@Suite(.onTheLoop, .timeLimit(.minutes(2))) struct PipeWriterTests {
  @Test("Sixteen large reads in a row mean a large writer, unless a small one comes in between")
  func largeReads() {
    var writer = PipeWriter()
    /// How many large reads it takes to count as a large writer; at most 200.
    func largeReads() -> Int? { (1...200).first { _ in writer.writesMuch(afterRead: 65_536) } }
    let early = [Int](repeating: 131_072, count: 15) + [65_535]
    let answers = early.map { writer.writesMuch(afterRead: $0) }
    #expect(answers == early.map { _ in false })
    #expect(largeReads() == 16)
    // The guess was wrong, so the next one takes more reads.
    let last = (1...4).map { _ in writer.writesLittle(afterSplice: 20_000) { true } }.last
    #expect(last == true && writer.writesLittle)
    #expect(largeReads() == 128)
    #expect(!writer.writesLittle)
  }

  @Test("Four small splices in a row mean a small writer, not counting full sinks and short messages")
  func smallSplices() {
    var writer = PipeWriter()
    let counts = [16_384, 65_535, 30_000, 65_536, 20_000, 20_000, 20_000]
    let answers = counts.map { writer.writesLittle(afterSplice: $0) { true } }
    #expect(answers == counts.map { _ in false })
    let full = writer.writesLittle(afterSplice: 20_000) { false }
    let short = writer.writesLittle(afterSplice: 16_383) { true }
    #expect(!full && !short)
    let fourth = writer.writesLittle(afterSplice: 20_000) { true }
    #expect(fourth)
  }

  @Test("Every byte arrives in order, whatever the sizes of the writes", arguments: [true, false])
  @LoopActor
  func pieces(isNamed: Bool) async throws {
    let directory = try TemporaryDirectory()
    let (reader, writer) = try Self.pipe(isNamed ? directory("fifo") : nil)
    let sink = try Connection(.tcp)
    let pump = Pump(from: try DescriptorStream(reader), to: SocketStream(sink.ours))
    let run = start { await pump.run() }
    let expected = RandomData.bytes(48 << 20, seed: 15)
    let feeding = onThread {
      // Phases of 4 MiB make the pump switch between paths; a pause lets the pipe drain.
      var (offset, phase) = (0, 0)
      while offset < expected.count {
        let piece = [1 << 20, 8192, 65_536, 4096, 24_576, 1000][phase % 6]
        let end = min(offset + 4 << 20, expected.count)
        while offset < end {
          let next = min(offset + piece, end)
          writer.feed(Array(expected[offset..<next]))
          offset = next
        }
        phase += 1
        usleep(1000)
      }
      writer.close()
    }
    let drained = onThread { sink.peer.drain() }
    guard case .sourceEnded = try await run.value else { return #expect(Bool(false), "it did not end with its source") }
    _ = try await feeding.value
    try sink.ours.socket.shutdown(.sending)
    #expect(try await drained.value == expected)
    #expect(pump.counter.bytes == UInt64(expected.count))
  }

  /// The read end and the write end.
  private static func pipe(_ name: String?) throws -> (SockTestSupport.Descriptor, SockTestSupport.Descriptor) {
    guard let name else {
      let pipe = try SockTestSupport.Pipe()
      return (pipe.reader, pipe.writer)
    }
    #expect(mkfifo(name, 0o600) == 0)
    let holder = try SockTestSupport.Descriptor.open(name, O_RDWR)
    defer { holder.close() }
    return (try .open(name, O_RDONLY), try .open(name, O_WRONLY))
  }
}
