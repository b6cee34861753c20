import Glibc
import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// Pumps from a socket into a regular file, whose position other processes may share.
@Suite(.onTheLoop, .timeLimit(.minutes(2))) struct FileSinkTests {
  private static let data = RandomData.bytes(8 << 20, seed: 11)

  @Test("Data is spliced through a pipe, or copied if O_APPEND forbids that, and earlier content stays")
  @LoopActor
  func socketToFile() async throws {
    for flags in [0, O_APPEND] {
      let directory = try TemporaryDirectory()
      let file = try Far.open(directory("out"), O_WRONLY | O_CREAT | flags)
      try file.write("before")
      let path = try await fill(file, with: Self.data)
      #expect(path == (flags == 0 ? .spliceThroughPipe : .copy))
      try file.write("behind")
      let got = try Far.contents(of: directory("out"))
      #expect(got == Array("before".utf8) + Self.data + Array("behind".utf8))
    }
  }

  @Test("Concurrent writers to the same open file do not overwrite each other")
  @LoopActor
  func sharedPosition() async throws {
    let directory = try TemporaryDirectory()
    let file = try Far.open(directory("out"), O_WRONLY | O_CREAT)
    let lines = 100_000
    // Another program with the same output.
    let other = onThread { for _ in 0..<lines { file.feed(Array("a line\n".utf8)) } }
    let count = 8 << 20
    async let first = fill(file, with: [UInt8](repeating: 1, count: count))
    async let second = fill(file, with: [UInt8](repeating: 2, count: count))
    let paths = try await [first, second]
    try await other.value
    #expect(paths == [.spliceThroughPipe, .spliceThroughPipe])
    let result = try Far.open(directory("out"), O_RDONLY)
    // On a thread, because other tests need the loop.
    let found = try await onThread {
      var found = [Int](repeating: 0, count: 256)
      result.drain().withUnsafeBytes { for byte in $0 { found[Int(byte)] += 1 } }
      return found
    }.value
    #expect(found[1] == count)
    #expect(found[2] == count)
    #expect(found[Int(UInt8(ascii: "\n"))] == lines)
    #expect(found[0] == 0)
  }

  @Test("If splicing to a file fails, the pipe's contents and the rest are copied")
  @LoopActor
  func refused() async throws {
    let refusals: [[String: [SystemCallReplacement]]] = [
      ["splice": [.limit(1000), .fail(.invalidArgument)], "pwrite": [.limit(7)]],
      ["lseek": [.fail(.init(rawValue: ESPIPE))]],
    ]
    for refusal in refusals {
      let directory = try TemporaryDirectory()
      let file = try Far.open(directory("out"), O_WRONLY | O_CREAT)
      let calls = try await Injection.on(file.raw, refusal) {
        let path = try await fill(file, with: Self.data)
        #expect(path == .copy)
      }
      #expect(calls.contains("write"))
      let got = try Far.contents(of: directory("out"))
      #expect(got == Self.data)
    }
  }

  @Test("When the disk is full, the file position and the count match what was written")
  @LoopActor
  func fullDisk() async throws {
    let directory = try TemporaryDirectory()
    let file = try Far.open(directory("out"), O_WRONLY | O_CREAT)
    let source = try Connection(.tcp)
    // The socket buffers all of it, as no one reads the rest.
    source.peer.feed(Array(Self.data.prefix(100_000)))
    let pump = Pump(from: SocketStream(source.ours), to: try DescriptorStream(file))
    _ = try await Injection.on(file.raw, ["splice": [.limit(5000), .fail(.init(rawValue: ENOSPC))]]) {
      let ending = await pump.run()
      #expect(ending.name == "sinkFailed ENOSPC")
    }
    let got = try Far.contents(of: directory("out"))
    #expect(got.count >= 5000 && got == Array(Self.data.prefix(got.count)))
    #expect(pump.counter.bytes == UInt64(got.count))
    #expect(lseek(file.raw, 0, SEEK_CUR) == got.count)
  }

  /// Pumps from a peer that sends these bytes, and returns the path in use at the end.
  @LoopActor
  private func fill(_ file: Far, with bytes: [UInt8]) async throws -> TransferPath {
    let source = try Connection(.tcp)
    let writer = onThread {
      source.peer.feed(bytes)
      source.peer.close()
    }
    let pump = Pump(from: SocketStream(source.ours), to: try DescriptorStream(file))
    let ending = await pump.run()
    #expect(ending.name == "sourceEnded")
    #expect(pump.counter.bytes == UInt64(bytes.count))
    try await writer.value
    return pump.path
  }
}
