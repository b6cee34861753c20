import Sockets
import Testing

@testable import Operations
@testable import SocketLoop

@Suite struct DialFailureTests {
  private let endpoint = Endpoint(target: .internet(host: "name.test", service: "7"))
  private let first = SocketAddress.ipv4(.loopback, port: 7)
  private let second = SocketAddress.ipv6(.loopback, port: 7)

  private func error(
    _ attempts: [(SocketAddress, LoopError)], over transport: Transport = .tcp,
    _ change: (inout ConnectionOptions) -> Void = { _ in }
  ) -> OperationError {
    var options = ConnectionOptions()
    change(&options)
    return DialFailure(
      endpoint: endpoint, transport: transport, options: options,
      attempts: attempts.map { Connector.Attempt(address: $0.0, error: $0.1) }
    ).error
  }

  private func refused(_ number: ErrorNumber, by call: String = "connect") -> LoopError {
    .system(SystemError(call: call, number: number))
  }

  @Test("A name without addresses is reported")
  func none() {
    #expect(error([]).cause == .nameNotFound)
  }

  @Test("A timeout names its limit")
  func timedOut() {
    let error = error([(first, .timedOut)]) { $0.connectTimeout = .milliseconds(1500) }
    #expect(error.message == "connect to 127.0.0.1:7: timed out: no answer within 1.5 s")
    #expect(error.cause == .timedOut && error.errorNumber == .timedOut)
  }

  @Test("Several attempts have a line each, and the cause of the last one")
  func several() {
    let error = error([(first, refused(.connectionRefused)), (second, .timedOut)])
    #expect(
      error.attempts.map(\.message) == [
        "127.0.0.1:7: Connection refused (ECONNREFUSED): the host answered, and nothing listens on that port",
        "[::1]:7: timed out: no answer within 10 s",
      ])
    #expect(error.message == "cannot connect to \(endpoint): every attempt failed")
    #expect(error.cause == .timedOut)
  }

  @Test("A failed call before connect is named, and has its own cause")
  func earlierCall() {
    let error = error([(first, refused(.addressInUse, by: "bind"))])
    #expect(error.cause == .system && error.message.hasPrefix("bind"))
  }

  @Test("An errno of connect is explained")
  func explanations() {
    #expect(
      error([(first, refused(.permissionDenied))], over: .udp).advice
        == [.setOption("SO_BROADCAST", purpose: "to send to a broadcast address")])
    #expect(
      error([(first, refused(.invalidArgument))]) { $0.sourceHost = "127.0.0.9" }.message
        .hasSuffix("127.0.0.9 is no source from which it can be reached"))
    #expect(error([(first, .cancelled)]).message == OperationError.cancelled.message)
  }
}
