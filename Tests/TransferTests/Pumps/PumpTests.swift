import LoopTestSupport
import Glibc
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// Every path carries 8 MiB of random bytes between real descriptors, to a reader slower than the writer.
@Suite(.onTheLoop, .timeLimit(.minutes(2))) struct PumpTests {
  private static let data = RandomData.bytes(8 << 20, seed: 11)

  @Test("A pipe is spliced to TCP")
  @LoopActor
  func pipeToSocket() async throws {
    let (pipe, sink) = (try SockTestSupport.Pipe(), try Connection(.tcp))
    try await run(
      from: try DescriptorStream(pipe.reader), feed: pipe.writer, to: SocketStream(sink.ours), drain: sink.peer,
      path: .splice
    ) { try? sink.ours.socket.shutdown(.sending) }
  }

  @Test("TCP is spliced to a pipe")
  @LoopActor
  func socketToPipe() async throws {
    let (source, pipe) = (try Connection(.tcp), try SockTestSupport.Pipe())
    try await run(
      from: SocketStream(source.ours), feed: source.peer, to: try DescriptorStream(pipe.writer), drain: pipe.reader,
      path: .splice
    ) { pipe.writer.close() }
  }

  @Test("TCP is spliced to a Unix socket through a pipe")
  @LoopActor
  func socketToSocket() async throws {
    let (source, sink) = (try Connection(.tcp), try Connection(.unix))
    try await run(
      from: SocketStream(source.ours), feed: source.peer, to: SocketStream(sink.ours), drain: sink.peer,
      path: .spliceThroughPipe
    ) { try? sink.ours.socket.shutdown(.sending) }
  }

  @Test("TCP is copied to an inherited blocking socket, whose slow reader does not block the loop")
  @LoopActor
  func inheritedSocket() async throws {
    let (source, sink) = (try Connection(.tcp), try SockTestSupport.SocketPair())
    try await run(
      from: SocketStream(source.ours), feed: source.peer, to: try DescriptorStream(sink.ours), drain: sink.theirs,
      path: .copy
    ) { sink.ours.halfClose() }
  }

  @Test("A pipe is copied to a pipe")
  @LoopActor
  func pipeToPipe() async throws {
    let (source, sink) = (try SockTestSupport.Pipe(), try SockTestSupport.Pipe())
    try await run(
      from: try DescriptorStream(source.reader), feed: source.writer, to: try DescriptorStream(sink.writer),
      drain: sink.reader,
      path: .copy
    ) { sink.writer.close() }
  }

  @Test("Records are copied to a pipe")
  @LoopActor
  func recordsToPipe() async throws {
    let (source, sink) = (try Connection(.sequencedPacket), try SockTestSupport.Pipe())
    try await run(
      from: SocketStream(source.ours), feed: source.peer, to: try DescriptorStream(sink.writer), drain: sink.reader,
      path: .copy
    ) { sink.writer.close() }
  }

  @LoopActor
  private func run(
    from source: any ByteStream, feed: Far, to sink: any ByteStream, drain: Far, path: TransferPath,
    atEnd: @LoopActor () -> Void
  ) async throws {
    let writer = onThread {
      feed.feed(Self.data)
      feed.close()
    }
    let reader = onThread { drain.drain(slowly: true) }
    let pump = Pump(from: source, to: sink)
    #expect(pump.path == path)
    let ending = await pump.run()
    #expect(ending.name == "sourceEnded")
    #expect(pump.path == path)
    #expect(pump.counter.bytes == UInt64(Self.data.count))
    atEnd()
    try await writer.value
    let got = try await reader.value
    #expect(got == Self.data)
  }

  @Test("A file is sent to TCP by sendfile, from its current position")
  @LoopActor
  func fileToSocket() async throws {
    let directory = try TemporaryDirectory()
    try await onThread { try? RandomData.file(directory("in"), 8 << 20, seed: 3) }.value
    let file = try Far.open(directory("in"), O_RDONLY)
    lseek(file.raw, 1000, SEEK_SET)
    let sink = try Connection(.tcp)
    let reader = onThread { sink.peer.drain(slowly: true) }
    let pump = Pump(from: try DescriptorStream(file), to: SocketStream(sink.ours))
    let ending = await pump.run()
    #expect(ending.name == "sourceEnded")
    #expect(pump.path == .sendFile)
    try sink.ours.socket.shutdown(.sending)
    let (got, expected) = (try await reader.value, try Far.contents(of: directory("in")).dropFirst(1000))
    #expect(got == Array(expected))
  }

  @Test("Data for /dev/null is discarded in the kernel on TCP, and read on other sockets")
  @LoopActor
  func socketToNull() async throws {
    for kind in [Connection.Kind.tcp, .unix, .sequencedPacket] {
      let source = try Connection(kind)
      let null = try Far.open("/dev/null", O_WRONLY)
      let writer = onThread {
        source.peer.feed(Self.data)
        source.peer.close()
      }
      let pump = Pump(from: SocketStream(source.ours), to: try DescriptorStream(null))
      #expect(pump.path == (kind == .tcp ? .discard : .copy))
      let ending = await pump.run()
      #expect(ending.name == "sourceEnded")
      #expect(pump.counter.bytes == UInt64(Self.data.count))
      try await writer.value
    }
  }
}

extension Pump.Ending {
  /// The name of the case, and of the errno if there is one.
  var name: String {
    switch self {
    case .sourceEnded: "sourceEnded"
    case .stopped: "stopped"
    case .sourceFailed(let error): "sourceFailed \(error.number.name)"
    case .sinkFailed(let error): "sinkFailed \(error.number.name)"
    case .cancelled: "cancelled"
    }
  }
}
