import LoopTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Operations

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct EndpointResolverTests {
  private let recorder = Recorder()

  @Test("Numeric addresses need no thread, no wait and no event")
  @LoopActor
  func numeric() async throws {
    let resolver = EndpointResolver(transport: .tcp, family: .unspecified, reporter: EventReporter(recorder))
    for (host, role) in [("127.0.0.1", Endpoint.Role.peer), ("::1", .peer), ("127.0.0.1", .local)] {
      // Runnable before the lookup begins: if the lookup waited, this would run.
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

  @Test("A name is looked up, and each of its addresses is reported")
  @LoopActor
  func name() async throws {
    let resolver = EndpointResolver(transport: .tcp, family: .ipv4, reporter: EventReporter(recorder))
    let found = try await resolver.addresses(
      Endpoint(target: .internet(host: "localhost", service: "80")), role: .peer)
    #expect(found == [.ipv4(.loopback, port: 80)])
    #expect(recorder.events(.resolved).map(\.peer) == found.map { .address($0) })
  }
}
