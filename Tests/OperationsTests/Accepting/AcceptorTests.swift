import LoopTestSupport
import SocketLoop
import Sockets
import Testing
import Transfer

@testable import Operations

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct AcceptorTests {
  private let recorder = Recorder()

  /// Holds every connection until its peer ends, then returns the outcome that the test asked for.
  @LoopActor
  private final class Holder: Handler {
    private(set) var peers: [Peer] = []
    private(set) var serving = 0
    private(set) var mostAtOnce = 0
    private(set) var ended = 0
    private let outcome: (Int) -> ServiceOutcome

    init(_ outcome: @escaping (Int) -> ServiceOutcome = { _ in .served }) { self.outcome = outcome }

    func serve(_ stream: any ByteStream, _ peer: Peer) async -> ServiceOutcome {
      peers.append(peer)
      let number = peers.count
      serving += 1
      mostAtOnce = max(mostAtOnce, serving)
      _ = try? await stream.readByte()
      _ = await stream.close(.atOnce, afterEnd: true)
      serving -= 1
      ended += 1
      return outcome(number)
    }
  }

  @LoopActor
  private func listen(host: String? = nil, access: AccessList? = nil) async throws -> (Listeners, port: UInt16) {
    let reporter = EventReporter(recorder)
    let listeners = try await Listeners(
      Endpoint(target: .internet(host: host, service: "0")),
      preparation: SocketPreparation(transport: .tcp, options: [], reporter: reporter), family: .unspecified, mode: nil,
      access: access, reporter: reporter)
    return (listeners, try #require(listeners.addresses.first?.port))
  }

  @LoopActor
  private func run(
    _ listeners: Listeners, _ limits: AcceptLimits, _ handler: Holder
  ) -> Task<ServiceFailures, any Error> {
    let acceptor = Acceptor(listeners, limits, EventReporter(recorder))
    return start { try await acceptor.run(handler) }
  }

  @LoopActor
  private func connect(_ port: UInt16, _ address: IPv4Address = .loopback) async throws -> AsyncSocket {
    try await AsyncSocket.connect(.tcp, to: .ipv4(address, port: port))
  }

  @LoopActor
  private func eventually(_ condition: @LoopActor () -> Bool) async throws {
    let limit = MonotonicTime.after(.seconds(30))
    while !condition(), MonotonicTime.now < limit { try await EventLoop.sleep(until: .after(.milliseconds(1))) }
    #expect(condition())
  }

  @Test("Peers of both families are served in turn, and the listeners close with the last one")
  @LoopActor
  func inTurn() async throws {
    let (listeners, port) = try await listen()
    let clients = [
      try await AsyncSocket.connect(.tcp, to: .ipv6(.loopback, port: port)), try await connect(port),
    ]
    let handler = Holder()
    let task = run(listeners, .inTurn(2), handler)
    try await eventually { handler.serving == 1 }
    #expect(!listeners.sockets.isEmpty)
    for client in clients { try client.socket.shutdown(.sending) }
    let tally = try await task.value
    #expect(tally.failures == 0 && handler.ended == 2 && handler.mostAtOnce == 1)
    #expect(Set(handler.peers) == Set(try clients.map { .address(try $0.socket.localAddress()) }))
    #expect(listeners.sockets.isEmpty)
  }

  @Test("A peer beyond the wanted number is refused, even while the last one is still served")
  @LoopActor
  func refusesLatecomers() async throws {
    let (listeners, port) = try await listen()
    let handler = Holder()
    let task = run(listeners, .inTurn(1), handler)
    let client = try await connect(port)
    try await eventually { handler.serving == 1 }
    #expect(listeners.sockets.isEmpty)
    await settle()
    for address in [SocketAddress.ipv4(.loopback, port: port), .ipv6(.loopback, port: port)] {
      // Not immediately: a child that another test has just forked holds the listening socket until it calls exec.
      var refusal: LoopError?
      for _ in 0..<1000 where refusal == nil {
        refusal = await failure { () async throws(LoopError) in try await AsyncSocket.connect(.tcp, to: address).close()
        }
        if refusal == nil { try await EventLoop.sleep(until: .after(.milliseconds(5))) }
      }
      #expect(refusal.map { "\($0)" }?.contains("ECONNREFUSED") == true)
    }
    try client.socket.shutdown(.sending)
    _ = try await task.value
  }

  @Test("No more peers than the limit are served at once; the next waits until one has ended")
  @LoopActor
  func limit() async throws {
    let (listeners, port) = try await listen(host: "127.0.0.1")
    let handler = Holder()
    let task = run(listeners, .many(atOnce: 2), handler)
    var clients: [AsyncSocket] = []
    for _ in 0..<5 { clients.append(try await connect(port)) }
    try await eventually { handler.serving == 2 }
    await settle()
    #expect(handler.peers.count == 2)
    for client in clients { try client.socket.shutdown(.sending) }
    try await eventually { handler.ended == 5 }
    #expect(handler.mostAtOnce == 2)
    task.cancel()
    await #expect(throws: OperationError.self) { try await task.value }
    listeners.close()
  }

  @Test("A peer's failure is counted, and the server carries on")
  @LoopActor
  func peerFailures() async throws {
    let (listeners, port) = try await listen(host: "127.0.0.1")
    let handler = Holder { $0 == 3 ? .served : .peerFailed(OperationError(.connectionLost, "peer \($0)")) }
    let task = run(listeners, .inTurn(3), handler)
    for number in 1...3 {
      let client = try await connect(port)
      try await eventually { handler.peers.count == number }
      try client.socket.shutdown(.sending)
    }
    let tally = try await task.value
    #expect(tally.failures == 2 && tally.lastFailure?.message == "peer 2")
  }

  @Test("The server's own failure ends the connections on every listener")
  @LoopActor
  func serverFailure() async throws {
    let (listeners, port) = try await listen()
    let handler = Holder { $0 == 1 ? .serverFailed(OperationError(.outputClosed, "gone")) : .served }
    let task = run(listeners, .many(), handler)
    let first = try await connect(port)
    try await eventually { handler.serving == 1 }
    let others = [try await AsyncSocket.connect(.tcp, to: .ipv6(.loopback, port: port)), try await connect(port)]
    try await eventually { handler.serving == 3 }
    try first.socket.shutdown(.sending)
    let result = await task.result
    guard case .failure(let error) = result else { return #expect(Bool(false), "it goes on") }
    #expect((error as? OperationError)?.message == "gone")
    #expect(handler.ended == 3)
    for other in others { other.close() }
    listeners.close()
  }

  @Test("A cancelled acceptor ends with its last connection")
  @LoopActor
  func cancellation() async throws {
    let (listeners, port) = try await listen()
    let handler = Holder()
    let task = run(listeners, .many(), handler)
    let client = try await connect(port)
    try await eventually { handler.serving == 1 }
    task.cancel()
    let result = await task.result
    #expect(throws: OperationError.self) { try result.get() }
    #expect(handler.ended == 1 && handler.serving == 0)
    client.close()
    listeners.close()
  }

  @Test("A peer that is not admitted is closed and not counted")
  @LoopActor
  func admission() async throws {
    let access = AccessList(deny: [try AccessSource(parsing: "::1")])
    try await access.load()
    let (listeners, port) = try await listen(access: access)
    let refused = try await AsyncSocket.connect(.tcp, to: .ipv6(.loopback, port: port))
    let handler = Holder()
    let task = run(listeners, .inTurn(1), handler)
    #expect(try await refused.receive(until: .after(.seconds(30))).isEmpty)
    let client = try await connect(port)
    try await eventually { handler.serving == 1 }
    #expect(handler.peers.count == 1)
    try client.socket.shutdown(.sending)
    _ = try await task.value
  }

  @Test("If no peers are wanted, the acceptor ends at once")
  @LoopActor
  func none() async throws {
    let (listeners, _) = try await listen()
    let tally = try await Acceptor(listeners, .inTurn(0), EventReporter(recorder)).run(Holder())
    #expect(tally.failures == 0)
    listeners.close()
  }
}
