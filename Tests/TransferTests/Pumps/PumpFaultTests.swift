import LoopTestSupport
import Glibc
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// Rare answers of the kernel, given on demand.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct PumpFaultTests {
  private static let data = RandomData.bytes(300_000, seed: 5)
  /// Enough for a socket to be spliced.
  private static let much = RandomData.bytes(40_000, seed: 6)
  /// Enough for a pipe to be spliced, if written at once.
  private static let veryMuch = RandomData.bytes(6 << 20, seed: 7)

  /// Runs a pump with a scripted answer; returns how it ended, its path, and what its sink got.
  @LoopActor
  private func run(
    from source: any ByteStream, to sink: any ByteStream, drain: Far, observing descriptor: CInt,
    _ script: [String: [SystemCallReplacement]], atEnd: @LoopActor () -> Void
  ) async throws -> (ending: String, path: TransferPath, got: [UInt8], calls: [String]) {
    let reader = onThread { drain.drain() }
    let pump = Pump(from: source, to: sink)
    var ending = ""
    let calls = try await Injection.on(descriptor, script) { ending = await pump.run().name }
    atEnd()
    return (ending, pump.path, try await reader.value, calls)
  }

  @Test("If splice from a pipe is refused, the pump falls back to copying and loses nothing")
  @LoopActor
  func splice() async throws {
    for number in [ErrorNumber.invalidArgument, .notImplemented] {
      let (pipe, sink) = (try SockTestSupport.Pipe(), try Connection(.tcp))
      let writer = onThread {
        pipe.writer.feed(Self.veryMuch)
        pipe.writer.close()
      }
      let result = try await run(
        from: try DescriptorStream(pipe.reader), to: SocketStream(sink.ours), drain: sink.peer,
        observing: pipe.reader.raw,
        ["splice": [.limit(1000), .limit(1), .fail(number)]]
      ) { try? sink.ours.socket.shutdown(.sending) }
      try await writer.value
      #expect(result.ending == "sourceEnded")
      #expect(result.path == .copy)
      #expect(result.got == Self.veryMuch)
      #expect(result.calls.count { $0 == "splice" } == 3)
    }
  }

  @Test("If sendfile is refused, the pump falls back to copying from the current position")
  @LoopActor
  func sendFile() async throws {
    let directory = try TemporaryDirectory()
    let file = try Far.open(directory("in"), O_RDWR | O_CREAT)
    try file.write(Self.data)
    lseek(file.raw, 0, SEEK_SET)
    let sink = try Connection(.unix)
    let result = try await run(
      from: try DescriptorStream(file), to: SocketStream(sink.ours), drain: sink.peer, observing: file.raw,
      ["sendfile": [.limit(100), .fail(.invalidArgument)]]
    ) { try? sink.ours.socket.shutdown(.sending) }
    #expect(result.ending == "sourceEnded")
    #expect(result.path == .copy)
    #expect(result.got == Self.data)
  }

  @Test("If splicing from a socket or discarding is refused, the pump falls back to copying")
  @LoopActor
  func fromSocket() async throws {
    for toNull in [false, true] {
      let (source, sink) = (try Connection(.tcp), try Connection(.unix))
      let null = try Far.open("/dev/null", O_WRONLY)
      let writer = onThread {
        source.peer.feed(Self.data)
        source.peer.close()
      }
      let result = try await run(
        from: SocketStream(source.ours), to: toNull ? try DescriptorStream(null) : SocketStream(sink.ours),
        drain: sink.peer,
        observing: source.ours.socket.descriptor,
        ["splice": [.limit(7), .fail(.invalidArgument)], "recv": toNull ? [.fail(.invalidArgument)] : []]
      ) { try? sink.ours.socket.shutdown(.sending) }
      try await writer.value
      #expect(result.ending == "sourceEnded")
      #expect(result.path == .copy)
      #expect(result.got == (toNull ? [] : Self.data))
    }
  }

  @Test("After short writes and a would-block the rest goes out in order")
  @LoopActor
  func shortWrites() async throws {
    let (source, sink) = (try SockTestSupport.Pipe(), try Connection(.unix))
    let records = try Connection(.sequencedPacket)
    let writer = onThread {
      records.peer.feed(Self.data, piece: 30_000)
      records.peer.close()
    }
    let result = try await run(
      from: SocketStream(records.ours), to: SocketStream(sink.ours), drain: sink.peer,
      observing: sink.ours.socket.descriptor,
      ["send": [.limit(1), .limit(2), .fail(.interrupted), .fail(.wouldBlock), .limit(3), .limit(29_000)]]
    ) { try? sink.ours.socket.shutdown(.sending) }
    try await writer.value
    #expect(result.ending == "sourceEnded")
    #expect(result.got == Self.data)
    source.writer.close()
  }

  @Test("Failures of the source and of the sink are told apart")
  @LoopActor
  func failures() async throws {
    for (call, number, expected) in [
      ("splice", ErrorNumber.connectionReset, "sinkFailed ECONNRESET"), ("splice", .brokenPipe, "sinkFailed EPIPE"),
      ("preadv2", .inputOutput, "sourceFailed EIO"),
    ] {
      let (pipe, sink) = (try SockTestSupport.Pipe(), try Connection(.tcp))
      let writer = onThread {
        pipe.writer.feed(Self.veryMuch)
        pipe.writer.close()
      }
      let result = try await run(
        from: try DescriptorStream(pipe.reader), to: SocketStream(sink.ours), drain: sink.peer,
        observing: pipe.reader.raw,
        [call: [.fail(number)]]
      ) { try? sink.ours.socket.shutdown(.sending) }
      // Lets the feeding thread end.
      let rest = onThread { pipe.reader.drain() }
      try await writer.value
      _ = try await rest.value
      #expect(result.ending == expected)
    }
    for (call, bytes) in [("splice", Self.much), ("recv", [])] {
      let (source, pipe) = (try Connection(.tcp), try SockTestSupport.Pipe())
      source.peer.feed(bytes)
      let result = try await run(
        from: SocketStream(source.ours), to: try DescriptorStream(pipe.writer), drain: pipe.reader,
        observing: source.ours.socket.descriptor, [call: [.fail(.connectionReset)]]
      ) { pipe.writer.close() }
      #expect(result.ending == "sourceFailed ECONNRESET")
    }
  }
}
