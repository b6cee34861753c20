import Testing

@testable import Sockets

@Suite struct ResolverTests {
  @Test(
    "Numeric hosts and services are answered without opening a file",
    arguments: [
      ("127.0.0.1", "80", "127.0.0.1:80"), ("::1", "80", "[::1]:80"), ("fe80::1%lo", "80", "[fe80::1%lo]:80"),
      ("fe80::1%1", "80", "[fe80::1%lo]:80"), ("::ffff:1.2.3.4", "0", "1.2.3.4:0"),
      ("0.0.0.0", "65535", "0.0.0.0:65535"),
    ])
  func numeric(host: String, service: String, expected: String) throws {
    #expect(Resolver.numericAddress(host: host, service: service, family: .unspecified)?.description == expected)
    for transport in [Transport.tcp, .udp, .sctp, .dccp, .mptcp, .udpLite] {
      let found = try Resolver.addresses(host: host, service: service, transport: transport)
      #expect(found.map(\.address.description) == [expected])
      // The C library agrees.
      let asked = try Resolver.addresses(
        host: host, service: service, transport: transport, flags: [.numericHost, .canonicalName])
      #expect(asked.map(\.address) == found.map(\.address))
    }
  }

  @Test("Names, and addresses of the other family, are not numeric")
  func notNumeric() {
    func address(_ host: String?, _ service: String?, _ family: AddressFamily = .unspecified) -> SocketAddress? {
      Resolver.numericAddress(host: host, service: service, family: family)
    }
    #expect(address("localhost", "80") == nil)
    #expect(address("127.0.0.1", "http") == nil)
    #expect(address("127.0.0.1", "") == nil)
    #expect(address("127.0.0.1", "65536") == nil)
    #expect(address("127.0.0.1", "+80") == nil)
    #expect(address(nil, "80") == nil)
    #expect(address("127.0.0.1", "80", .ipv6) == nil)
    #expect(address("::1", "80", .ipv4) == nil)
    #expect(address("fe80::1%nosuch0", "80") == nil)
    #expect(address("127.0.0.1", nil) == .ipv4(.loopback, port: 0))
  }

  @Test(
    "localhost is the loopback address, without duplicates",
    arguments: Transport.all.filter { $0.addressing == .internet })
  func localhost(transport: Transport) throws {
    let found = try Resolver.addresses(host: "localhost", service: "80", transport: transport)
    #expect(!found.isEmpty)
    #expect(Set(found).count == found.count)
    for entry in found { #expect(entry.address.isLoopback && entry.address.port == 80, "\(entry)") }
    let ipv4 = try Resolver.addresses(host: "localhost", service: "80", transport: transport, family: .ipv4)
    #expect(ipv4.map(\.address) == [.ipv4(.loopback, port: 80)])
  }

  @Test("No host means every interface for a local address, and this host for a peer")
  func noHost() throws {
    let local = try Resolver.addresses(host: nil, service: "80", transport: .tcp, role: .local)
    #expect(Set(local.map(\.address)).isSubset(of: [.ipv4(.any, port: 80), .ipv6(.any, port: 80)]))
    #expect(!local.isEmpty)
    let peer = try Resolver.addresses(host: nil, service: "80", transport: .tcp)
    #expect(peer.allSatisfy { $0.address.isLoopback })
    let ipv6 = try Resolver.addresses(host: nil, service: nil, transport: .udp, family: .ipv6, role: .local)
    #expect(ipv6.map(\.address) == [.ipv6(.any, port: 0)])
  }

  @Test("Service names depend on the protocol", .enabled(if: servicesAreInstalled, "/etc/services is missing"))
  func services() throws {
    func port(_ service: String, _ transport: Transport) throws -> UInt16? {
      try Resolver.addresses(host: "127.0.0.1", service: service, transport: transport).first?.address.port
    }
    #expect(try port("http", .tcp) == 80)
    #expect(try port("domain", .udp) == 53)
    // Protocols that getaddrinfo(3) does not know use the service names of TCP or UDP.
    #expect(try port("http", .sctp) == 80)
    #expect(try port("http", .mptcp) == 80)
    #expect(try port("domain", .udpLite) == 53)
    #expect(try port("domain", .dccp) == 53)
    // tftp is defined for UDP only.
    let error = Result { () throws(ResolutionError) in
      try Resolver.addresses(host: "127.0.0.1", service: "tftp", transport: .tcp)
    }
    guard case .failure(let failure) = error else {
      Issue.record("found")
      return
    }
    #expect(failure.code == .service)
  }

  static let servicesAreInstalled =
    (try? Resolver.addresses(host: "127.0.0.1", service: "http", transport: .tcp)) != nil

  @Test(
    "Text that can be neither a name nor an address, a service nor a port, is refused at once",
    arguments: [
      ("256.1.1.1", "80", .notAnAddress), ("10.0.0.256", "80", .notAnAddress), ("1.2.3.4.5", "80", .notAnAddress),
      ("127.0.0.1.", "80", .notAnAddress), ("4294967296", "80", .notAnAddress), ("0x1ff.1.1.1", "80", .notAnAddress),
      ("1:2:3", "80", .notAnAddress), ("fe80::g", "80", .notAnAddress), ("fe80::1::2", "80", .notAnAddress),
      ("fe80:::1%lo", "80", .notAnAddress), ("u@h", "80", .notAHost("@")), ("h/24", "80", .notAHost("/")),
      ("127.0.0.1 ", "80", .notAHost(" ")), ("a\nb", "80", .notAHost("\n")), ("1.2.3.4%lo", "80", .zoneWithoutIPv6),
      ("fe80::1%nosuch0", "80", .unknownInterface("nosuch0")), ("fe80::1%", "80", .unknownInterface("")),
      ("127.0.0.1", "70000", .portOutOfRange), ("127.0.0.1", "-1", .portOutOfRange),
      ("127.0.0.1", "+80", .portOutOfRange), ("127.0.0.1", "18446744073709551617", .portOutOfRange),
      ("127.0.0.1", " 80", .notAService(" ")), ("127.0.0.1", "80/", .notAService("/")),
      ("127.0.0.1", "80,nodelay", .notAService(",")),
    ] as [(String, String, ResolutionError.Fault)])
  func faults(host: String, service: String, fault: ResolutionError.Fault) {
    for flags in [AddressLookupFlags(), .canonicalName, .numericHost] {
      let error = failure { () throws(ResolutionError) in
        _ = try Resolver.addresses(host: host, service: service, transport: .tcp, flags: flags)
      }
      #expect(error?.fault == fault)
      #expect(error?.code == (service == "80" ? .noName : .service))
      #expect(error?.description.contains("(EAI_") == false)
    }
  }

  @Test(
    "What inet_aton(3) takes is an address, and what may be a name is looked up",
    arguments: [
      "127.1", "0x7f000001", "0x7f.1", "017700000001", "2130706433", "web.1", "1.web", "a-b", "0xg", "é", "_x",
    ])
  func noFault(_ host: String) {
    #expect(Resolver.fault(inHost: host) == nil)
  }

  @Test("The flags, the family and the service of a numeric host are checked by the C library")
  func numericHostIsNoShortCut() {
    func code(_ host: String, _ family: AddressFamily, _ flags: AddressLookupFlags) -> ResolutionError.Code? {
      failure { () throws(ResolutionError) in
        _ = try Resolver.addresses(host: host, service: "80", transport: .tcp, family: family, flags: flags)
      }?.code
    }
    #expect(code("127.0.0.1", .unix, []) == .family)
    #expect(code("::1", AddressFamily(rawValue: 29), []) == .family)
    #expect(code("127.0.0.1", .unspecified, AddressLookupFlags(rawValue: 0x4000_0000))?.description == "EAI_BADFLAGS")
    #expect(code("127.0.0.1", .unspecified, [.numericHost, .numericService]) == nil)
  }

  private func failure(_ body: () throws(ResolutionError) -> Void) -> ResolutionError? {
    do throws(ResolutionError) { try body() } catch { return error }
    return nil
  }

  @Test("An unknown service is told apart from an unknown host")
  func unknownService() {
    let service = message { () throws(ResolutionError) in
      _ = try Resolver.addresses(host: "127.0.0.1", service: "no-such-service", transport: .tcp)
    }
    #expect(service == "no-such-service: no such service (EAI_SERVICE)")
    let host = message { () throws(ResolutionError) in
      _ = try Resolver.addresses(host: "host.invalid", service: "80", transport: .tcp, flags: .numericHost)
    }
    #expect(host == "host.invalid: Name or service not known (EAI_NONAME)")
  }

  @Test("An unknown name has no address, whatever the resolver can reach")
  func unknownName() throws {
    let result = Result { () throws(ResolutionError) in
      try Resolver.addresses(host: "no-such-host.invalid", service: "80", transport: .tcp)
    }
    guard case .failure(let error) = result else {
      Issue.record("found")
      return
    }
    // Without a name server the lookup fails temporarily.
    #expect([.noName, .noData, .tryAgain].contains(error.code))
    #expect(error.host == "no-such-host.invalid" && error.service == "80" && error.number == nil)
    #expect(error.description.hasPrefix("no-such-host.invalid: "))
    #expect(error.description.hasSuffix("(\(error.code))"))
  }

  @Test("An address of the other family is refused")
  func otherFamily() {
    let result = Result { () throws(ResolutionError) in
      try Resolver.addresses(host: "::1", service: "80", transport: .tcp, family: .ipv4)
    }
    guard case .failure(let error) = result else {
      Issue.record("found")
      return
    }
    #expect([.addressFamily, .noName].contains(error.code))
  }

  @Test("The canonical name is returned on request")
  func canonicalName() throws {
    let found = try Resolver.addresses(
      host: "127.0.0.1", service: nil, transport: .tcp, flags: [.canonicalName, .numericHost])
    #expect(found == [ResolvedAddress(address: .ipv4(.loopback, port: 0), canonicalName: "127.0.0.1")])
    #expect(
      try Resolver.addresses(host: "localhost", service: nil, transport: .tcp).allSatisfy { $0.canonicalName == nil })
  }

  @Test("System errors carry errno")
  func systemError() {
    let error = ResolutionError(code: .system, host: "h", service: nil, number: .tooManyOpenFiles)
    #expect(error.description == "h: Too many open files (EMFILE)")
    let everywhere = ResolutionError(code: .failed, host: nil, service: nil, number: nil)
    #expect(everywhere.description == "*: Non-recoverable failure in name resolution (EAI_FAIL)")
  }

  @Test("An address has a name, or stands for itself")
  func reverse() throws {
    let address = SocketAddress.ipv4(.loopback, port: 1)
    let numeric = try Resolver.names(of: address, flags: [.numericHost, .numericService])
    #expect(numeric.host == "127.0.0.1" && numeric.service == "1")
    let named = try Resolver.names(of: address, flags: .numericService)
    #expect(named.host == "localhost")
    let scoped = try Resolver.names(
      of: .ipv6(IPv6Address(high: 0xfe80 << 48, low: 1), port: 7, scope: 1), flags: [.numericHost, .numericService])
    #expect(scoped.host == "fe80::1%lo" && scoped.service == "7")
  }

  @Test("An address of a family without names is refused")
  func reverseOfOthers() throws {
    let netlink = try SocketAddress(bytes: [16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    let result = Result { () throws(ResolutionError) in try Resolver.names(of: netlink).host }
    guard case .failure(let error) = result else {
      Issue.record("found")
      return
    }
    #expect(error.code == .family)
  }

  @Test("Interfaces have names and numbers")
  func interfaces() throws {
    let all = try NetworkInterface.all()
    let loopback = try #require(all.first { $0.name == "lo" })
    #expect(NetworkInterface.index(of: "lo") == loopback.index)
    #expect(NetworkInterface.name(of: loopback.index) == "lo")
    #expect(NetworkInterface.index(of: "nosuch0") == nil)
    #expect(NetworkInterface.name(of: 0) == nil)
    #expect(NetworkInterface.name(of: 987_654) == nil)
  }
}
