import LoopTestSupport
import SocketLoop
import Sockets
import Transfer
import Testing

@testable import Operations

@Suite("From an endpoint to a peer", .onTheLoop, .timeLimit(.minutes(1)))
struct ConnectingTests {
  private let recorder = Recorder()

  @LoopActor
  private func connector(_ target: Endpoint.Target, _ link: LinkOptions = LinkOptions()) -> PeerConnector {
    PeerConnector(endpoint: Endpoint(target: target), transport: .tcp, link: link, journal: Journal(recorder))
  }

  /// A bound port on which nobody listens.
  @LoopActor
  private func closedPort(_ address: SocketAddress) throws -> (AsyncSocket, SocketAddress) {
    let socket = AsyncSocket(try Socket.open(.tcp, family: address.family, mode: .nonBlocking))
    try socket.socket.bind(to: address)
    return (socket, try socket.socket.localAddress())
  }

  @Test("One attempt: its address and its cause in one line")
  @LoopActor
  func oneAttempt() async throws {
    let (holder, address) = try closedPort(.ipv4(.loopback, port: 0))
    let error = await failure { () async throws(OperationError) in
      try await connector(.internet(host: "127.0.0.1", service: "\(address.port ?? 0)")).connect()
    }
    #expect(error?.message == "connect to \(address): Connection refused (ECONNREFUSED)")
    #expect(error?.cause == .unreachable)
    #expect(recorder.events(.attempt).map(\.peer) == [.address(address)])
    holder.close()
  }

  @Test("Several attempts: each with its own cause; the status is the last one's")
  @LoopActor
  func severalAttempts() async throws {
    let (first, second) = (try closedPort(.ipv4(.loopback, port: 0)), try closedPort(.ipv6(.loopback, port: 0)))
    let error = await failure { () async throws(OperationError) in
      try await connector(.internet(host: "name.test", service: "7")).connect(toFirstOf: [first.1, second.1])
    }
    let lines = error?.message.split(separator: "\n").map(String.init) ?? []
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("cannot connect to ") == true)
    #expect(lines.dropFirst().first == "  \(first.1): Connection refused (ECONNREFUSED)")
    #expect(lines.last == "  \(second.1): Connection refused (ECONNREFUSED)")
    #expect(error?.cause == .unreachable)
    #expect(recorder.events(.attempt).map(\.peer) == [.address(first.1), .address(second.1)])
    first.0.close()
    second.0.close()
  }

  @Test("A source whose family no address has")
  @LoopActor
  func sourceFamily() async throws {
    var link = LinkOptions()
    link.sourceHost = "::1"
    let error = await failure { [link] () async throws(OperationError) in
      try await connector(.internet(host: "127.0.0.1", service: "7"), link).connect()
    }
    #expect(error?.cause == .usage)
    #expect(recorder.events(.attempt).isEmpty)
  }

  @Test("Numbers are addresses at once: no thread, no wait, no event")
  @LoopActor
  func numeric() async throws {
    let resolver = EndpointResolver(transport: .tcp, family: .unspecified, journal: Journal(recorder))
    for (host, role) in [("127.0.0.1", Endpoint.Role.peer), ("::1", .peer), ("127.0.0.1", .local)] {
      // Ready before the look-up begins: a look-up that waited would let it run.
      let other = Flag()
      let job = start { other.isSet = true }
      let found = try await resolver.addresses(
        Endpoint(target: .internet(host: host, service: "80")), role: role)
      #expect(!other.isSet)
      #expect(found.count == 1)
      #expect(found.first?.port == 80)
      try await job.value
      #expect(other.isSet)
    }
    #expect(recorder.events.isEmpty)
  }

  @LoopActor
  private final class Flag {
    var isSet = false
    nonisolated init() {}
  }

  @Test("A name is looked up, and each of its addresses reported")
  @LoopActor
  func name() async throws {
    let resolver = EndpointResolver(transport: .tcp, family: .ipv4, journal: Journal(recorder))
    let found = try await resolver.addresses(
      Endpoint(target: .internet(host: "localhost", service: "80")), role: .peer)
    #expect(found == [.ipv4(.loopback, port: 80)])
    #expect(recorder.events(.resolved).map(\.peer) == found.map { .address($0) })
  }

  @Test("Connections are numbered from 1, and their events carry what is known of them")
  @LoopActor
  func journal() {
    let journal = Journal(recorder)
    let peers = [Peer.address(.ipv4(.loopback, port: 1)), .address(.ipv4(.loopback, port: 2))]
    let records = peers.map { journal.connection(.accepted, transport: .tcp, local: nil, peer: $0) }
    let (sent, received) = (Flow(), Flow())
    records[1].carries(sent: sent, received: received)
    sent.moved(3)
    received.moved(4)
    records[1].closed()
    records[0].warn("look")
    journal.warn("of nobody")
    let events = recorder.events
    #expect(events.map(\.kind) == [.accepted, .accepted, .closed, .warning, .warning])
    #expect(events.map(\.connection) == [1, 2, 2, 1, nil])
    #expect(events.map(\.peer) == [peers[0], peers[1], peers[1], peers[0], nil])
    #expect(events[2].sent == 3 && events[2].received == 4)
    #expect((events[2].seconds ?? -1) >= 0)
    #expect(events[3].message == "look")
    #expect(events.allSatisfy { $0.time > 1_600_000_000_000_000_000 })
  }
}
