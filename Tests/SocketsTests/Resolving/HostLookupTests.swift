import Testing

@testable import Sockets

@Suite struct HostLookupTests {
  @Test("A host in /etc/hosts is found by name")
  func byName() throws {
    let entry = try Resolver.hostByName("localhost")
    #expect(entry.addresses.contains(.ipv4(.loopback, port: 0)))
    #expect(entry.family == .ipv4 && !entry.name.isEmpty)
    let numeric = try Resolver.hostByName("127.0.0.1")
    #expect(numeric == HostEntry(name: "127.0.0.1", aliases: [], family: .ipv4, addresses: [.ipv4(.loopback, port: 0)]))
    #expect(try Resolver.hostByName("::1", family: .ipv6).addresses == [.ipv6(.loopback, port: 0)])
  }

  @Test("A host in /etc/hosts is found by address")
  func byAddress() throws {
    let entry = try Resolver.hostByAddress(.ipv4(.loopback, port: 80))
    #expect(entry.name == "localhost")
    #expect(entry.addresses == [.ipv4(.loopback, port: 0)])
  }

  @Test("An unknown name is reported through h_errno")
  func unknown() {
    let result = Result { () throws(HostLookupError) in try Resolver.hostByName("no-such-host.invalid") }
    guard case .failure(let error) = result else {
      Issue.record("found")
      return
    }
    #expect([.hostNotFound, .tryAgain, .noRecovery, .noData].contains(error.code))
    #expect(error.description.hasPrefix("no-such-host.invalid: "))
    let family = Result { () throws(HostLookupError) in try Resolver.hostByAddress(.unix(.unnamed)) }
    guard case .failure(let error) = family else {
      Issue.record("found")
      return
    }
    #expect(error.code == .noRecovery)
  }

  @Test("Each value of h_errno has a name and a message")
  func codes() {
    func text(_ code: HostLookupError.Code) -> String { HostLookupError(code: code, asked: "h").description }
    #expect(text(.hostNotFound) == "h: Unknown host (HOST_NOT_FOUND)")
    #expect(text(.tryAgain) == "h: Host name lookup failure (TRY_AGAIN)")
    #expect(text(.noRecovery) == "h: Unknown server error (NO_RECOVERY)")
    #expect(text(.noData) == "h: No address associated with name (NO_DATA)")
    #expect(HostLookupError.Code(rawValue: 17).description == "17")
  }
}
