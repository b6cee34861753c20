import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// A layer that transforms bytes, as TLS does. It shows that a layer takes a single file.
@LoopActor
private final class UpperCaseStream: LayeredStream {
  let base: any ByteStream
  init(over base: any ByteStream) { self.base = base }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    let result = try base.read(into: buffer)
    if case .moved(let count) = result {
      for index in 0..<count where (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(buffer[index]) {
        buffer[index] -= 0x20
      }
    }
    return result
  }
}

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct UpperCaseStreamTests {
  @Test("A relay through a layer transforms everything and keeps the two directions' ends separate")
  @LoopActor
  func throughALayer() async throws {
    let connection = try Connection(.tcp)
    let (input, output) = (try SockTestSupport.Pipe(), try SockTestSupport.Pipe())
    let relay = Relay(
      .init(
        input: try DescriptorStream(input.reader), output: try DescriptorStream(output.writer), watchesOutput: true),
      .init(UpperCaseStream(over: SocketStream(connection.ours))), rules: RelayRules())
    #expect(relay.toLeft?.path == .copy)
    let ending = start(keeping: (connection, input, output)) { SessionEnding(await relay.run()).name }
    try input.writer.write("as it is")
    input.writer.close()
    let peer = connection.peer
    #expect(try await onThread { String(decoding: peer.drain(), as: UTF8.self) }.value == "as it is")
    try peer.write("shout")
    peer.close()
    #expect(try await ending.value == "finished")
    output.writer.close()
    let reader = output.reader
    #expect(try await onThread { String(decoding: reader.drain(), as: UTF8.self) }.value == "SHOUT")
  }
}
