import Glibc
import Sockets
import Testing

@testable import Operations

/// The verbs that query the kernel and the resolver, without transferring data.
@Suite struct InquiryTests {
  @Test("The common transports open, and no two rows are the same")
  func families() {
    let reports = Operations.families()
    func status(_ family: AddressFamily, _ type: SocketType, _ number: TransportProtocol) -> FamilyReport.Status? {
      reports.first { $0.family == family && $0.type == type && $0.protocolNumber == number }?.status
    }
    #expect(status(.ipv4, .stream, .tcp) == .opens)
    #expect(status(.ipv4, .datagram, .udp) == .opens)
    #expect(status(.unix, .stream, .automatic) == .opens)
    #expect(status(.unix, .sequencedPacket, .automatic) == .opens)
    #expect(status(.unix, .reliableDatagram, .automatic) == .notSupported(.socketTypeNotSupported))
    let questions = reports.map { "\($0.family) \($0.type) \($0.protocolNumber)" }
    #expect(Set(questions).count == questions.count)
  }

  private func options(_ texts: [String], _ kind: String? = nil) throws -> [OptionReport] {
    let items = try texts.map { text -> OptionsRequest.Item in
      if text.contains("=") { return .set(try SocketOptionAssignment(text)) }
      return .show(try #require(SocketOption.named(text)))
    }
    let target = try kind.map { name -> OptionsRequest.Target in
      let kind = try #require(SocketKind(named: name))
      return .kind(kind, kind.families)
    }
    return try Operations.options(OptionsRequest(items: items, target: target ?? .any))
  }

  @Test("An option is shown, or set and read back from the kernel")
  func options() throws {
    let reports = try options(["SO_KEEPALIVE", "SO_KEEPALIVE=1", "SO_KEEPALIVE", "SO_RCVBUF=50000"])
    #expect(reports.map(\.fresh).prefix(3) == [.flag(false), .flag(false), .flag(true)])
    #expect(reports[0].asked == nil && reports[0].got == nil)
    #expect(reports[1].asked == .flag(true) && reports[1].got == .flag(true))
    // The kernel doubles the value for its own bookkeeping.
    #expect(reports[3].got.map { "\($0)" } == "100000")
  }

  @Test("Without a name, all options of the socket kind are listed; setting one it lacks is an error")
  func catalogue() throws {
    let (tcp, udp) = (try options([], "tcp"), try options([], "udp"))
    #expect(tcp.contains { $0.option.name == "TCP_NODELAY" })
    #expect(!udp.contains { $0.option.name == "TCP_NODELAY" })
    #expect(tcp.contains { $0.option.name == "SO_RCVBUF" } && udp.contains { $0.option.name == "SO_RCVBUF" })
    #expect(try options(["TCP_NODELAY"], "udp").first?.fresh == nil)
    #expect(throws: OperationError.self) { try options(["TCP_NODELAY=1"], "udp") }
    #expect(tcp.contains { $0.option.name == "IPV6_V6ONLY" && $0.fresh == .flag(false) })
  }

  @Test("Without a kind, every option is read from a socket that has it")
  func everyOption() throws {
    let reports = try options([])
    #expect(reports.map(\.option) == SocketOption.catalogue)
    for name in ["SO_RCVBUF", "UDP_GRO", "IPV6_V6ONLY", "SO_PASSCRED", "TCP_NODELAY", "NETLINK_EXT_ACK"] {
      #expect(reports.first { $0.option.name == name }?.fresh != nil, "\(name)")
    }
    #expect(try options(["UDP_GRO=on"]).first?.got == .flag(true))
  }

  @Test("An inherited socket shows the options it was given")
  func inherited() throws {
    let socket = try Socket.open(.udp, family: .ipv4)
    let option = try #require(SocketOption.named("SO_BROADCAST"))
    try socket.set(option, to: .flag(true))
    // The operation takes ownership of the descriptor.
    let copy = dup(socket.descriptor)
    let reports = try Operations.options(OptionsRequest(items: [], target: .descriptor(copy)))
    #expect(reports.first { $0.option == option }?.fresh == .flag(true))
    #expect(!reports.contains { $0.option.level == .tcp || $0.option.level == .ipv6 })
    #expect(throws: OperationError.self) {
      try Operations.options(OptionsRequest(items: [], target: .descriptor(9999)))
    }
  }

  private func resolve(_ name: String, _ service: String? = nil, legacy: Bool = false) throws -> [ResolvedName] {
    var request = ResolveRequest(name: name, service: service, transport: .tcp, family: .ipv4)
    request.legacy = legacy
    return try Operations.resolve(request)
  }

  @Test("Names and addresses resolve both ways, with the legacy functions too")
  func resolve() throws {
    for legacy in [false, true] {
      #expect(try resolve("localhost", "80", legacy: legacy).first?.address == .ipv4(.loopback, port: 80))
      #expect(try resolve("127.0.0.1", legacy: legacy).first?.name == "localhost")
    }
    #expect(try resolve("localhost", "http").first?.address == .ipv4(.loopback, port: 80))
    #expect(throws: OperationError.self) { try resolve("localhost", "no-such-service") }
  }
}
