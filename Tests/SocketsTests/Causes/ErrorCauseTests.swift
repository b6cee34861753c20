import Testing

@testable import Sockets

@Suite("Causes of errors")
struct ErrorCauseTests {
  private func advice(
    _ transport: Transport, _ call: String, _ number: ErrorNumber, _ subject: String = ""
  ) -> [Advice] {
    ErrorCause.advice(on: SystemError(call: call, number: number, subject: subject), transport: transport)
  }

  @Test("what a refused call takes")
  func privileges() {
    #expect(advice(.raw, "socket", .notPermitted) == [.needsCapability("CAP_NET_RAW")])
    #expect(advice(.tcp, "socket", .notPermitted) == [])
    #expect(advice(.udp, "bind", .permissionDenied) == [.needsCapability("CAP_NET_BIND_SERVICE")])
    #expect(advice(.udp, "bind", .addressInUse) == [])
    #expect(advice(.vsock, "bind", .permissionDenied) == [.needsCapability("CAP_NET_BIND_SERVICE")])
    #expect(advice(.unix, "bind", .permissionDenied) == [])
    let echo = Transport.of(family: .ipv4, type: .datagram, protocolNumber: .icmp)
    #expect(advice(echo, "socket", .permissionDenied) == [.needsSetting("net.ipv4.ping_group_range")])
    #expect(
      advice(.udp, "connect", .permissionDenied)
        == [.setOption("SO_BROADCAST", purpose: "to send to a broadcast address")])
    #expect(
      advice(.tcp, "connect", .permissionDenied) == [.check("the rules of nft or iptables here, and the routes")])
  }

  @Test(
    "what the families of the kernel take",
    arguments: [
      ("packet", "socket", "CAP_NET_RAW"), ("netlink", "bind", "CAP_NET_ADMIN"),
      ("netlink", "connect", "CAP_NET_ADMIN"),
      ("netlink", "socket", nil), ("can", "socket", nil),
    ] as [(String, String, String?)])
  func families(_ name: String, _ call: String, _ capability: String?) throws {
    let transport = try #require(Transport(named: name))
    #expect(advice(transport, call, .notPermitted) == (capability.map { [.needsCapability($0)] } ?? []))
  }

  @Test("a row of one protocol goes before those of its family")
  func protocols() throws {
    let netlink = try #require(Transport(named: "netlink"))
    let audit = netlink.with(protocolNumber: TransportProtocol(rawValue: 9))
    #expect(advice(audit, "bind", .notPermitted) == [.needsCapability("CAP_AUDIT_READ")])
    #expect(advice(audit, "connect", .notPermitted) == [.needsCapability("CAP_NET_ADMIN")])
  }

  @Test("what a refused option takes")
  func options() {
    // Either is enough.
    #expect(
      advice(.tcp, "setsockopt", .notPermitted, "SO_MARK=1")
        == [.needsCapability("CAP_NET_ADMIN"), .needsCapability("CAP_NET_RAW")])
    #expect(advice(.tcp, "setsockopt", .permissionDenied, "SO_DEBUG=on") == [.needsCapability("CAP_NET_ADMIN")])
    #expect(advice(.tcp, "setsockopt", .notPermitted, "SO_BINDTODEVICE=lo") == [.needsCapability("CAP_NET_RAW")])
    #expect(advice(.tcp, "setsockopt", .permissionDenied, "SO_RCVBUF=1") == [])
    #expect(advice(.tcp, "setsockopt", .notPermitted, "SO_RCVBUF=1") == [.needsCapability("CAP_NET_ADMIN")])
    // Its condition says what is missing.
    #expect(advice(.tcp, "setsockopt", .notPermitted, "TCP_REPAIR_QUEUE=1") == [])
    #expect(advice(.tcp, "setsockopt", .notPermitted, "NOSUCH=1") == [])
  }

  @Test(
    "why the kernel refuses an option's value",
    arguments: [
      ("MRT_DONE", .permissionDenied, "it takes MRT_INIT=1 before it"),
      ("TCP_ULP", .noEntry, "this kernel has no such protocol; for tls, load the module tls"),
      ("TLS_RX", .noProtocolOption, "the connection takes TCP_ULP=tls before it"),
      ("SO_MARK", .noProtocolOption, "this kernel does not take it here"), ("SO_MARK", .invalidArgument, nil),
      ("SO_DETACH_FILTER", .noEntry, "there is none"), ("SO_DETACH_FILTER", .noMemory, nil),
    ] as [(String, ErrorNumber, String?)])
  func refusals(_ name: String, _ number: ErrorNumber, _ cause: String?) throws {
    #expect(try #require(SocketOption.named(name)).cause(of: number) == cause)
  }

  @Test("a congestion control that is not there: those that are")
  func congestionControl() throws {
    let cause = try #require(SocketOption.named("TCP_CONGESTION")?.cause(of: .noEntry))
    #expect(cause == "this kernel has \(CongestionControl.available.joined(separator: ", "))")
  }

  @Test("capabilities stand in the row, and are shown behind what the option does")
  func requirements() throws {
    let mark = try #require(SocketOption.named("SO_MARK"))
    #expect(mark.requirement?.capabilities == ["CAP_NET_ADMIN", "CAP_NET_RAW"])
    #expect(mark.meaning.hasSuffix("; needs CAP_NET_ADMIN or CAP_NET_RAW"))
    let priority = try #require(SocketOption.named("SO_PRIORITY"))
    #expect(
      priority.requirement?.values == "above 6"
        && priority.meaning.hasSuffix("; above 6 needs CAP_NET_ADMIN or CAP_NET_RAW"))
    #expect(SocketOption.named("SO_RCVBUF")?.requirement == nil)
    for option in SocketOption.catalogue { #expect(option.meaning.contains("CAP_") == (option.requirement != nil)) }
  }

  @Test("what an error means on one transport only")
  func meanings() throws {
    func cause(_ transport: Transport, _ errno: CInt) -> String? {
      ErrorCause.of(SystemError(call: "connect", number: ErrorNumber(rawValue: errno)), on: transport)?.cause
    }
    #expect(cause(.dccp, 56) == "the listener has another service code")
    #expect(cause(.vsock, 104) == "nobody listens there")
    #expect(cause(.tcp, 104) == nil && cause(.tcp, 56) == nil && cause(.tcp, 111) == nil)
  }

  @Test("every row names errors that exist, and reads as half a sentence")
  func rows() {
    let known = Set(
      (1...133).map { ErrorNumber(rawValue: $0).name } + ResolutionError.Code.names.map(\.name)
        + HostLookupError.Code.names.map(\.name))
    for row in ErrorCause.all {
      #expect(!row.calls.isEmpty && !row.errors.isEmpty)
      for error in row.errors { #expect(known.contains(error), "\(error)") }
      #expect(!row.cause.isEmpty && !row.cause.hasSuffix("."), "\(row.cause)")
    }
    #expect(ErrorCause.of(call: "connect").contains { $0.errors == ["ECONNREFUSED"] })
    #expect(ErrorCause.of(call: "nosuch").isEmpty)
  }
}
