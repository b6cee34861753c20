import LoopTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Operations

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct DialerTests {
  private let recorder = Recorder()

  @LoopActor
  private func dialer(_ options: ConnectionOptions = ConnectionOptions()) -> Dialer {
    Dialer(transport: .tcp, options: options, reporter: EventReporter(recorder))
  }

  private func endpoint(_ host: String, _ port: UInt16 = 7) -> Endpoint {
    Endpoint(target: .internet(host: host, service: "\(port)"))
  }

  /// A bound port on which nothing listens.
  @LoopActor
  private func closedPort(_ address: SocketAddress) throws -> (AsyncSocket, SocketAddress) {
    let socket = AsyncSocket(try Socket.open(.tcp, family: address.family, mode: .nonBlocking))
    try socket.socket.bind(to: address)
    return (socket, try socket.socket.localAddress())
  }

  private let refusal = "the host answered, and nothing listens on that port"

  @Test("A single failed attempt reports its address and cause in one line")
  @LoopActor
  func oneAttempt() async throws {
    let (holder, address) = try closedPort(.ipv4(.loopback, port: 0))
    let error = await failure { () async throws(OperationError) in
      try await dialer().open(endpoint("127.0.0.1", address.port ?? 0))
    }
    #expect(error?.message == "connect to \(address): Connection refused (ECONNREFUSED): \(refusal)")
    #expect(error?.advice == [.check("that the server is running, and its port")])
    #expect(error?.cause == .unreachable)
    #expect(recorder.events(.attempt).map(\.peer) == [.address(address)])
    holder.close()
  }

  @Test("Several failed attempts report a cause each, and the last one decides the status")
  @LoopActor
  func severalAttempts() async throws {
    let (first, second) = (try closedPort(.ipv4(.loopback, port: 0)), try closedPort(.ipv6(.loopback, port: 0)))
    let error = await failure { () async throws(OperationError) in
      try await dialer().connect(to: [first.1, second.1], of: endpoint("name.test"))
    }
    #expect(error?.message.hasPrefix("cannot connect to ") == true)
    #expect(
      error?.attempts.map(\.message) == [
        "\(first.1): Connection refused (ECONNREFUSED): \(refusal)",
        "\(second.1): Connection refused (ECONNREFUSED): \(refusal)",
      ])
    #expect(error?.attempts.allSatisfy { $0.advice.isEmpty } == true)
    #expect(error?.cause == .unreachable)
    #expect(recorder.events(.attempt).map(\.peer) == [.address(first.1), .address(second.1)])
    first.0.close()
    second.0.close()
  }

  @Test("A source of another family than all addresses is a usage error")
  @LoopActor
  func sourceFamily() async throws {
    var options = ConnectionOptions()
    options.sourceHost = "::1"
    let error = await failure { [options] () async throws(OperationError) in
      try await dialer(options).open(endpoint("127.0.0.1"))
    }
    #expect(error?.cause == .usage)
    #expect(recorder.events(.attempt).isEmpty)
  }
}
