import Glibc
import LoopTestSupport
import SockTestSupport
import Sockets
import Testing

@testable import SocketLoop

@Suite(.onTheLoop, .timeLimit(.minutes(1)))
struct ChildProcessTests {
  /// Descriptors as a peer passes them.
  private static func passed(_ numbers: [CInt]) throws -> ReceivedDescriptors {
    let pair = try Socket.pair()
    _ = try pair.first.sendMessage([1].span, control: [.descriptors(numbers)])
    var received: ReceivedDescriptors?
    _ = try [UInt8](capacity: 1) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      switch try pair.second.receiveMessage(into: &buffer) {
      case .message(var message): received = message.descriptors.move()
      case .wouldBlock: break
      }
    }
    switch consume received {
    case .some(let received): return received
    case nil: throw TestFailure("nothing was passed")
    }
  }

  @Test("A child's exit status is reported", arguments: [("exit 7", 7), ("kill -TERM $$", 143), ("exec true", 0)])
  @LoopActor func endings(_ command: String, _ status: CInt) async throws {
    let child = try ChildProcess(shell: Array(command.utf8), descriptors: try Self.passed([0]), variables: [])
    let ending = try await child.wait()
    #expect(ending.status == status)
    if status == 143 { #expect(ending == .killed(signal: SIGTERM)) }
  }

  @Test("A child has the given descriptors and variables, and our environment without the removed ones")
  @LoopActor func surroundings() async throws {
    let pipe = try SockTestSupport.Pipe()
    setenv("SOCK_TEST_GONE", "here", 1)
    let child = try ChildProcess(
      shell: Array("echo $SOCK_TEST_SET $SOCK_TEST_GONE ${PATH:+path} >&3".utf8),
      descriptors: try Self.passed([pipe.writer.raw]), variables: [("SOCK_TEST_SET", "set"), ("SOCK_TEST_GONE", nil)])
    pipe.writer.close()
    #expect(try await child.wait() == .exited(0))
    // The write end is no longer open anywhere.
    var text = ""
    while let bytes = try pipe.reader.read() { text += String(decoding: bytes, as: UTF8.self) }
    #expect(text == "set path\n")
  }

  @Test("A cancelled wait ends the child and all it has started", arguments: ["", "trap '' TERM; "])
  @LoopActor func cancellation(_ prefix: String) async throws {
    let pipe = try SockTestSupport.Pipe()
    let child = try ChildProcess(
      shell: Array("\(prefix)echo started >&3; sleep 600; sleep 600".utf8),
      descriptors: try Self.passed([pipe.writer.raw]), variables: [])
    pipe.writer.close()
    let reader = pipe.reader
    #expect(
      try await onThread { (try? reader.read()) ?? nil }.value.map { String(decoding: $0, as: UTF8.self) }
        == "started\n")
    let waiter = start { try await child.wait() }
    await settle()
    waiter.cancel()
    let result = await waiter.result
    #expect(throws: LoopError.cancelled) { try result.get() }
    // The end of the pipe: the sleep that held it has ended, too.
    if isatty(0) == 0 { #expect(try await onThread { (try? reader.read()) ?? nil }.value == nil) }
  }
}
