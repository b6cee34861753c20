import LoopTestSupport
import Sockets
import Testing

@testable import SocketLoop

@Suite(.onTheLoop, .timeLimit(.minutes(1)))
struct ConnectorTests {
  /// The attempts of the connector.
  @LoopActor
  private final class Tried {
    var addresses: [SocketAddress] = []
    nonisolated init() {}
  }

  private let tried = Tried()

  @LoopActor private func connector(timeout: Duration? = .seconds(10), error: SystemError? = nil) -> Connector {
    Connector(transport: .tcp, timeout: timeout) { (_, _) throws(SystemError) in
      if let error { throw error }
    } willTry: { [tried] in
      tried.addresses.append($0)
    }
  }

  /// A port that is bound and does not listen, so that it refuses and stays unused.
  @LoopActor private func closedPort(_ family: AddressFamily = .ipv4) throws -> (AsyncSocket, SocketAddress) {
    let socket = AsyncSocket(try Socket.open(.tcp, family: family, mode: .nonBlocking))
    try socket.socket.bind(to: family == .ipv4 ? .ipv4(.loopback, port: 0) : .ipv6(.loopback, port: 0))
    return (socket, try socket.socket.localAddress())
  }

  @Test("One address that answers is connected")
  @LoopActor func one() async throws {
    let (listener, address) = try tcpListener()
    let (connection, peer) = try await connector().connect(toFirstOf: [address])
    #expect(peer == address)
    #expect(try connection.socket.peerAddress() == address)
    #expect(try connection.socket.blockingMode() == .nonBlocking)
    #expect(tried.addresses == [address])
    listener.close()
    connection.close()
  }

  @Test("When ::1 refuses, 127.0.0.1 is connected")
  @LoopActor func secondFamily() async throws {
    let (holder, refused) = try closedPort(.ipv6)
    let (listener, address) = try tcpListener()
    let (connection, peer) = try await connector().connect(toFirstOf: [refused, address])
    #expect(peer == address)
    #expect(tried.addresses == [refused, address])
    for socket in [holder, listener, connection] { socket.close() }
  }

  @Test("When none answers, every attempt is reported with its own cause")
  @LoopActor func allRefused() async throws {
    let closed = try [closedPort(.ipv4), closedPort(.ipv4), closedPort(.ipv6)]
    let addresses = closed.map(\.1)
    let failure = await failure { () async throws(Connector.Failure) in
      try await connector().connect(toFirstOf: addresses)
    }
    #expect(failure?.attempts.map(\.address) == [addresses[0], addresses[2], addresses[1]])
    for attempt in failure?.attempts ?? [] {
      #expect(
        attempt.error
          == .system(SystemError(call: "connect", number: .connectionRefused, subject: "to \(attempt.address)")))
    }
    for (socket, _) in closed { socket.close() }
  }

  @Test("A peer with a full queue does not answer: the attempt times out while another is tried")
  @LoopActor func timeout() async throws {
    let full = try await FullListener()
    let failure = await failure { () async throws(Connector.Failure) in
      try await connector(timeout: .milliseconds(50)).connect(toFirstOf: [full.address])
    }
    #expect(failure?.attempts.map(\.error) == [.timedOut])

    let (listener, address) = try tcpListener()
    let start = MonotonicTime.now
    let (connection, peer) = try await connector(timeout: nil).connect(toFirstOf: [full.address, address])
    #expect(peer == address)
    #expect(MonotonicTime.now.since(start) >= HappyEyeballs.attemptDelay)
    full.close()
    for socket in [listener, connection] { socket.close() }
  }

  @Test("No address at all is a failure")
  @LoopActor func none() async throws {
    let failure = await failure { () async throws(Connector.Failure) in
      try await connector().connect(toFirstOf: [])
    }
    #expect(failure?.attempts.isEmpty == true)
    #expect(tried.addresses.isEmpty)
  }

  @Test("A socket that cannot be configured fails its attempt")
  @LoopActor func configuration() async throws {
    let error = SystemError(call: "setsockopt", number: .noProtocolOption)
    let addresses = [SocketAddress.ipv4(.loopback, port: 1), .ipv6(.loopback, port: 1)]
    for count in 1...2 {
      let failure = await failure { () async throws(Connector.Failure) in
        try await connector(error: error).connect(toFirstOf: Array(addresses.prefix(count)))
      }
      #expect(failure?.attempts.map(\.error) == Array(repeating: .system(error), count: count))
    }
  }

  @Test("A cancelled connector makes no further attempt")
  @LoopActor func cancellation() async throws {
    let full = try await FullListener()
    let (listener, address) = try tcpListener()
    let connector = connector(timeout: nil)
    let task = start { try await connector.connect(toFirstOf: [full.address, address]) }
    while tried.addresses.isEmpty { await Task.yield() }
    task.cancel()
    let result = await task.result
    #expect(throws: Connector.Failure.self) { try result.get() }
    #expect(tried.addresses == [full.address])
    full.close()
    listener.close()
  }
}

/// A listener with a full queue: the kernel drops connection requests without an answer.
@LoopActor
final class FullListener {
  let address: SocketAddress
  private let listener: AsyncSocket
  private var waiting: [AsyncSocket] = []

  init() async throws {
    (listener, address) = try tcpListener(backlog: 0)
    while true {
      let socket = AsyncSocket(try Socket.open(.tcp, family: .ipv4, mode: .nonBlocking))
      waiting.append(socket)
      if try socket.socket.connect(to: address) == .inProgress {
        do {
          try await socket.watch.writable(until: .after(.milliseconds(50)))
        } catch LoopError.timedOut {
          return
        }
      }
    }
  }

  func close() {
    listener.close()
    for socket in waiting { socket.close() }
  }
}
