import Sockets
import Testing

@testable import Operations

@Suite struct AccessRuleTests {
  private static func internet(_ text: String) throws -> AccessPeer {
    let address = try #require(IPAddress(text))
    return AccessPeer(SocketAddress(address, port: 1100))
  }

  @Test(
    "A rule is about these addresses",
    arguments: [
      ("10.1.2.3", "10.1.2.3"), ("10.0.0.0/8", "10.255.255.255"), ("10.1.2.3/8", "10.0.0.0"),
      ("0.0.0.0/0", "203.0.113.9"), ("10.0.0.1/32", "10.0.0.1"), ("10.0.0.9-10.0.1.2", "10.0.0.9"),
      ("10.0.0.9-10.0.1.2", "10.0.1.2"), ("::1", "::1"), ("[::1]", "::1"), ("2001:db8::/32", "2001:db8:ffff::1"),
      ("::/0", "fe80::1"), ("2001:db8::1-2001:db8::ff", "2001:db8::80"), ("::ffff:10.0.0.0/104", "10.9.9.9"),
      ("::ffff:10.0.0.1", "10.0.0.1"), ("10.0.0.1", "::ffff:10.0.0.1"), ("::1/128", "::1"),
    ])
  func matches(_ rule: String, _ address: String) throws {
    #expect(try Self.internet(address).matches(try AccessRule(parsing: rule)))
  }

  @Test(
    "A rule is not about these",
    arguments: [
      ("10.1.2.3", "10.1.2.4"), ("10.0.0.0/8", "11.0.0.0"), ("10.0.0.1/32", "10.0.0.2"),
      ("10.0.0.9-10.0.1.2", "10.0.0.8"), ("10.0.0.9-10.0.1.2", "10.0.1.3"), ("::/0", "10.0.0.1"),
      ("::/0", "::ffff:10.0.0.1"), ("0.0.0.0/0", "::1"), ("::1", "0.0.0.1"), ("unix", "127.0.0.1"),
      ("uid:0", "127.0.0.1"), ("2001:db8::/32", "2001:db9::"),
    ])
  func differs(_ rule: String, _ address: String) throws {
    #expect(try !Self.internet(address).matches(try AccessRule(parsing: rule)))
  }

  @Test("Unix peers are known by their user and group")
  func unixPeers() throws {
    var peer = try Self.internet("127.0.0.1")
    (peer.address, peer.isUnix) = (nil, true)
    peer.credentials = Credentials(processID: 1, userID: 7, groupID: 8)
    for rule in ["unix", "uid:7", "gid:8"] { #expect(peer.matches(try AccessRule(parsing: rule)), "\(rule)") }
    for rule in ["uid:8", "gid:7", "0.0.0.0/0", "::/0"] {
      #expect(!peer.matches(try AccessRule(parsing: rule)), "\(rule)")
    }
    peer.credentials = nil
    let rule = try AccessRule(parsing: "uid:7")
    #expect(peer.leavesOpen(rule) && !peer.matches(rule))
    #expect(try AccessRule(parsing: "uid:root") == .user(0))
    #expect(try AccessRule(parsing: "gid:root") == .group(0))
  }

  @Test("Names of hosts are kept as such", arguments: ["host.example", "localhost", "a-b.example", "127.1"])
  func names(_ text: String) throws { #expect(try AccessRule(parsing: text) == .name(text)) }

  @Test(
    "What is none of the forms is refused",
    arguments: [
      "", "10.0.0.300", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "/8", "host/8", "::/129",
      "10.0.0.9-10.0.0.1", "10.0.0.1-9", "10.0.0.1-", "::1-127.0.0.1", "*.example", "*", "1.2.3.4:80", "fe80::1%lo",
      "uid:", "uid:-1", "uid:4294967295", "uid:no such user", "gid:", "gid:no such group", "@", "-h", "a b",
      "!10.0.0.1",
    ])
  func faults(_ text: String) { #expect(throws: AccessRule.Fault.self) { try AccessRule(parsing: text) } }

  @Test("A file has a rule a line, and comments")
  func file() throws {
    let text = "# who\n\n10.0.0.1\t# one\r\n  unix,::1\n#10.0.0.2\n10.0.0.3"
    let entries = try AccessSource.rules(in: Array(text.utf8), of: "acl")
    #expect(entries.map(\.origin) == ["acl:3", "acl:4", "acl:4", "acl:6"])
    #expect(entries[1].rule == .unix)
  }

  @Test("A broken line is named by file and line")
  func brokenLine() throws {
    let error = #expect(throws: OperationError.self) {
      try AccessSource.rules(in: Array("::1\n\n10.0.0.300\n".utf8), of: "acl")
    }
    #expect(error?.cause == .malformedData && error?.message.hasPrefix("acl:3: '10.0.0.300'") == true)
    #expect(throws: OperationError.self) { try AccessSource.rules(in: [0x61, 0xff, 0x0a], of: "acl") }
  }
}
