import SocketLoop
import Sockets
import Testing

@Suite struct EventLoopTests {
  init() { EventLoop.shared.startThread() }

  @Test("An echo over TCP works with both ends on the loop")
  func echo() async throws {
    let text = try await withTaskExecutorPreference(EventLoop.shared) { try await Self.echoOnce("hello") }
    #expect(text == "hello")
  }

  @LoopActor
  static func echoOnce(_ text: String) async throws -> String {
    let listener = AsyncSocket(try Socket.open(.tcp, family: .ipv4, mode: .nonBlocking))
    try listener.socket.bind(to: .ipv4(.loopback, port: 0))
    try listener.socket.listen()
    let address = try listener.socket.localAddress()
    async let served: Void = serve(listener)
    let client = try await AsyncSocket.connect(.tcp, to: address)
    try await client.send(Array(text.utf8))
    try client.socket.shutdown(.sending)
    var got: [UInt8] = []
    while case let bytes = try await client.receive(), !bytes.isEmpty { got += bytes }
    try await served
    client.close()
    listener.close()
    return String(decoding: got, as: UTF8.self)
  }

  @LoopActor
  static func serve(_ listener: AsyncSocket) async throws {
    let (peer, _) = try await listener.accept()
    while case let bytes = try await peer.receive(), !bytes.isEmpty { try await peer.send(bytes) }
    try peer.socket.shutdown(.sending)
    peer.close()
  }

  @Test("A wait ends at its deadline, and not before")
  func deadline() async throws {
    let elapsed = try await withTaskExecutorPreference(EventLoop.shared) { try await Self.waitInVain() }
    #expect(elapsed >= .milliseconds(30))
    #expect(elapsed < .seconds(5))
  }

  @LoopActor
  static func waitInVain() async throws -> Duration {
    let pair = try Socket.pair(mode: .nonBlocking)
    let quiet = pair.take { first, second in (AsyncSocket(first), AsyncSocket(second)) }
    let start = MonotonicTime.now
    do {
      _ = try await quiet.0.receive(until: .after(.milliseconds(30)))
      Issue.record("nothing was sent")
    } catch LoopError.timedOut {}
    quiet.0.close()
    quiet.1.close()
    return MonotonicTime.now.since(start)
  }

  @Test("A cancelled task stops waiting")
  func cancellation() async throws {
    let task = Task(executorPreference: EventLoop.shared) { try await Self.waitForEver() }
    task.cancel()
    let result = await task.result
    #expect(throws: LoopError.cancelled) { try result.get() }
  }

  @LoopActor
  static func waitForEver() async throws -> [UInt8] {
    let pair = try Socket.pair(mode: .nonBlocking)
    let ends = pair.take { first, second in (AsyncSocket(first), AsyncSocket(second)) }
    return try await withExtendedLifetime(ends.1) { () throws(LoopError) in ends.0 }.receive()
  }
}
