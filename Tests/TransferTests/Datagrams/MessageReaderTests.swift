import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct MessageReaderTests {
  @LoopActor
  private func messages(
    _ writes: [String], framing: MessageReader.Framing, size: Int = 100, crlf: Bool = false
  ) async throws -> [String] {
    // On a sequenced-packet socket each read returns what one write sent.
    let input = try Connection(.sequencedPacket)
    let reader = MessageReader(
      SocketStream(input.ours), size: size, framing: framing, filter: crlf ? CRLFFilter() : nil)
    for write in writes { try input.peer.write(write) }
    input.peer.close()
    var messages: [String] = []
    while true {
      switch await reader.next() {
      case .bytes(let bytes): messages.append(String(decoding: bytes, as: UTF8.self))
      case .end: return messages
      case .failed(let error): throw error
      case .cancelled: throw LoopError.cancelled
      }
    }
  }

  @Test("Each read is one message")
  @LoopActor
  func read() async throws {
    #expect(try await messages(["one", "two\nthree\n", "\n"], framing: .read) == ["one", "two\nthree\n", "\n"])
    #expect(try await messages([], framing: .read) == [])
    #expect(try await messages(["a\n", "b"], framing: .read, crlf: true) == ["a\r\n", "b"])
  }

  @Test("Each line is one message including its newline, however reads split it; the last may lack one")
  @LoopActor
  func line() async throws {
    #expect(try await messages(["a\nb\n"], framing: .line) == ["a\n", "b\n"])
    #expect(try await messages(["a", "b\nc", "\n\n", "d"], framing: .line) == ["ab\n", "c\n", "\n", "d"])
    #expect(try await messages(["a\nb"], framing: .line) == ["a\n", "b"])
    #expect(try await messages(["a\n", "b\n"], framing: .line, crlf: true) == ["a\r\n", "b\r\n"])
    #expect(try await messages([], framing: .line) == [])
  }

  @Test("A line longer than the message size is split, and the rest becomes the next message")
  @LoopActor
  func longLine() async throws {
    #expect(try await messages(["abcd", "ef\n", "g\n"], framing: .line, size: 4) == ["abcd", "ef\n", "g\n"])
    #expect(try await messages(["abc\n", "abcd", "\n"], framing: .line, size: 4) == ["abc\n", "abcd", "\n"])
    #expect(try await messages(["x\na", "b", "cd", "ef"], framing: .line, size: 4) == ["x\n", "abcd", "ef"])
  }

  @Test("Reads are limited to the message size, a wait for input can be cancelled, and a failure is reported")
  @LoopActor
  func pipe() async throws {
    let pipe = try SockTestSupport.Pipe()
    try pipe.writer.write("abcdef")
    let reader = MessageReader(try DescriptorStream(pipe.reader), size: 4, framing: .read)
    for expected in ["abcd", "ef"] {
      guard case .bytes(let bytes) = await reader.next() else { throw TestFailure("no message") }
      #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }
    let waiting = start { if case .cancelled = await reader.next() { true } else { false } }
    await settle()
    reader.interrupt()
    #expect(try await waiting.value)

    _ = try await Injection.on(pipe.reader.raw, ["preadv2": [.fail(ErrorNumber(rawValue: 5))]]) {
      guard case .failed(let error) = await reader.next() else { throw TestFailure("no failure") }
      #expect(error.number.name == "EIO")
    }
  }

  @Test("A pipe that delivers large blocks is enlarged; one that delivers small ones is not")
  @LoopActor
  func enlarging() async throws {
    for (count, isEnlarged) in [(100, false), (40_000, true)] {
      let pipe = try SockTestSupport.Pipe()
      let end = try DescriptorStream(pipe.reader)
      let before = try end.descriptor.pipeCapacity()
      try pipe.writer.write(String(repeating: "x", count: count))
      let reader = MessageReader(end, size: 1400, framing: .read)
      guard case .bytes = await reader.nextRun() else { throw TestFailure("no message") }
      #expect((try end.descriptor.pipeCapacity() > before) == isEnlarged)
    }
  }
}
