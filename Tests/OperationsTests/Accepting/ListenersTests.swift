import LoopTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Operations

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct ListenersTests {
  private let recorder = Recorder()

  @LoopActor
  private func listen(
    host: String?, port: String = "0", transport: Transport = .tcp, family: AddressFamily = .unspecified
  ) async throws(OperationError) -> Listeners {
    let reporter = EventReporter(recorder)
    return try await Listeners(
      Endpoint(target: .internet(host: host, service: port)),
      preparation: SocketPreparation(transport: transport, options: [], reporter: reporter), family: family, mode: nil,
      reporter: reporter)
  }

  @Test("Listening on every interface uses IPv4 and IPv6 on one port, and reports each")
  @LoopActor
  func wildcard() async throws {
    for transport in [Transport.tcp, .udp] {
      let listeners = try await listen(host: nil, transport: transport)
      #expect(Set(listeners.addresses.map(\.family)) == [.ipv4, .ipv6])
      #expect(Set(listeners.addresses.map(\.port)).count == 1)
      #expect(listeners.addresses[0].port != 0)
      #expect(recorder.events(.listening).suffix(2).map(\.local) == listeners.addresses)
      listeners.close()
    }
  }

  @Test("Listening can be limited to one family")
  @LoopActor
  func oneFamily() async throws {
    for family in [AddressFamily.ipv4, .ipv6] {
      let listeners = try await listen(host: nil, family: family)
      #expect(listeners.addresses.map(\.family) == [family])
      listeners.close()
    }
  }

  @Test("A port in use and an address that is not ours are reported")
  @LoopActor
  func refused() async throws {
    let listeners = try await listen(host: "127.0.0.1")
    let port = String(listeners.addresses[0].port ?? 0)
    let taken = await failure { () async throws(OperationError) in try await listen(host: "127.0.0.1", port: port) }
    #expect(taken?.cause == .system)
    #expect(taken?.errorNumber == .addressInUse)
    #expect(taken?.message.contains("127.0.0.1:\(port)") == true)
    let foreign = await failure { () async throws(OperationError) in try await listen(host: "192.0.2.1") }
    #expect(foreign?.errorNumber == .addressNotAvailable)
    listeners.close()
  }
}
