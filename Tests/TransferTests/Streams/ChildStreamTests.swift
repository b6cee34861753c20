import Glibc
import LoopTestSupport
import SockTestSupport
import SocketLoop
import Testing

@testable import Sockets
@testable import Transfer

@Suite("A child process as a side of a relay", .onTheLoop, .timeLimit(.minutes(1)))
struct ChildStreamTests {
  @Test("The end of the peer's data is the end of the child's input, and all that it writes arrives")
  @LoopActor
  func pipes() async throws {
    let connection = try Connection(.tcp)
    let (toChild, fromChild) = (try SockTestSupport.Pipe(), try SockTestSupport.Pipe())
    let child = try RunningProcess(
      "tr", ["a-z", "A-Z"], input: .descriptor(toChild.reader), output: .descriptor(fromChild.writer))
    toChild.reader.close()
    fromChild.writer.close()
    let relay = Relay(
      .init(SocketStream(connection.ours)),
      .init(
        input: try DescriptorStream(owning: OwnedDescriptor(owning: fcntl(fromChild.reader.raw, F_DUPFD_CLOEXEC, 3))),
        output: try DescriptorStream(owning: OwnedDescriptor(owning: fcntl(toChild.writer.raw, F_DUPFD_CLOEXEC, 3))),
        watchesOutput: false),
      rules: RelayRules())
    toChild.writer.close()
    fromChild.reader.close()
    #expect(relay.toRight?.path == .splice && relay.toLeft?.path == .splice)
    let ending = start(keeping: connection) { await relay.run() }
    try connection.peer.write("spoken quietly")
    connection.peer.halfClose()
    let peer = connection.peer
    #expect(try await onThread { String(decoding: peer.drain(), as: UTF8.self) }.value == "SPOKEN QUIETLY")
    guard case .finished = try await ending.value else {
      Issue.record("the relay has not finished in good order")
      return
    }
    #expect(try child.wait().status == 0)
  }
}
