import LoopTestSupport
import SocketLoop
import Sockets
import Testing
import Transfer

@testable import Operations

/// A layer that adds one to each byte read, to show that it is in place.
@LoopActor
private final class ShiftedStream: LayeredStream {
  let base: any ByteStream
  init(over base: any ByteStream) { self.base = base }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    let result = try base.read(into: buffer)
    if case .moved(let count) = result { for index in 0..<count { buffer[index] &+= 1 } }
    return result
  }
}

private struct ShiftedLayer: StreamLayer {
  func open(
    over stream: any ByteStream, to peer: Peer, at endpoint: Endpoint
  ) async throws(OperationError) -> any ByteStream {
    ShiftedStream(over: stream)
  }
  func accept(over stream: any ByteStream, from peer: Peer) async throws(OperationError) -> any ByteStream {
    throw OperationError(.peerProtocol, "\(peer) does not speak it")
  }
}

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct StreamLayerTests {
  private let recorder = Recorder()
  private let shifted = Endpoint.Layer(rawValue: "shifted")

  @LoopActor
  private func listener() throws -> (AsyncSocket, Endpoint) {
    let socket = AsyncSocket(try Socket.open(.tcp, family: .ipv4, mode: .nonBlocking))
    try socket.socket.bind(to: .ipv4(.loopback, port: 0))
    try socket.socket.listen()
    let port = try socket.socket.localAddress().port ?? 0
    return (socket, Endpoint(target: .internet(host: "127.0.0.1", service: "\(port)"), layers: [shifted, shifted]))
  }

  @Test("A dialer opens layers over the connection in order")
  @LoopActor
  func dialing() async throws {
    let (listener, endpoint) = try listener()
    let dialer = Dialer(
      transport: .tcp, options: ConnectionOptions(), reporter: EventReporter(recorder),
      layers: StreamLayers([shifted: ShiftedLayer()]))
    let (stream, _) = try await dialer.open(endpoint)
    let (peer, _) = try await listener.accept()
    try await peer.send([UInt8(ascii: "a")])
    #expect(try await stream.readByte() == UInt8(ascii: "c"))
    _ = await stream.close(.atOnce, afterEnd: false)
    for socket in [peer, listener] { socket.close() }
  }

  @Test("An unknown layer is an error, and the peer gets a reset")
  @LoopActor
  func unknown() async throws {
    let (listener, endpoint) = try listener()
    let error = await failure { () async throws(OperationError) in
      try await Dialer(transport: .tcp, options: ConnectionOptions(), reporter: EventReporter(recorder)).open(endpoint)
    }
    #expect(error?.cause == .notSupported)
    let (peer, _) = try await listener.accept()
    let ended = await failure { () async throws(LoopError) in try await peer.receive() }
    guard case .system(let reset) = ended else {
      Issue.record("no reset: \(String(describing: ended))")
      return
    }
    #expect(reset.number == .connectionReset)
    for socket in [peer, listener] { socket.close() }
  }
}
