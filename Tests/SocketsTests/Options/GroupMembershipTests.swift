import Testing

@testable import Sockets

@Suite("Multicast groups as text")
struct GroupMembershipTests {
  @Test(
    "a group, its interface, its source",
    arguments: [
      ("239.1.2.3", "239.1.2.3"), ("239.1.2.3@lo", "239.1.2.3@lo"), ("239.1.2.3%lo", "239.1.2.3@lo"),
      ("232.1.2.3@1,192.0.2.1", "232.1.2.3@lo,192.0.2.1"), ("232.1.2.3,192.0.2.1", "232.1.2.3,192.0.2.1"),
      ("ff15::7@lo", "ff15::7@lo"), ("ff35::8000:1@lo,2001:db8::1", "ff35::8000:1@lo,2001:db8::1"),
    ])
  func parsing(text: String, description: String) throws {
    #expect(try GroupMembership(text).description == description)
  }

  @Test(
    "what is none",
    arguments: [
      ("", .notAGroup("")), ("10.0.0.1", .notAGroup("10.0.0.1")), ("fe80::1@lo", .notAGroup("fe80::1")),
      ("240.0.0.1", .notAGroup("240.0.0.1")), ("@lo", .notAGroup("")), ("239.1.2.3@", .unknownInterface("")),
      ("239.1.2.3@nowhere", .unknownInterface("nowhere")), ("239.1.2.3@999999", .unknownInterface("999999")),
      ("232.1.2.3@lo,", .notASource("")), ("232.1.2.3@lo,239.1.1.1", .notASource("239.1.1.1")),
      (
        "232.1.2.3@lo,::1",
        .differentFamilies(.ipv4(IPv4Address(number: 0xe801_0203)), .ipv6(IPv6Address(high: 0, low: 1)))
      ),
    ] as [(String, GroupMembership.TextError)])
  func refusing(text: String, error: GroupMembership.TextError) {
    #expect(throws: error) { try GroupMembership(text) }
  }

  @Test("a socket joins and cannot join twice; a group of the other family is refused")
  func joining() throws {
    let socket = try Socket.open(.udp, family: .ipv4)
    let membership = try GroupMembership("239.1.2.3@lo")
    try socket.join(membership)
    #expect(throws: SystemError.self) { try socket.join(membership) }
    try socket.join(try GroupMembership("232.1.2.3@lo,127.0.0.1"))
    #expect(throws: SystemError.self) { try socket.join(try GroupMembership("ff15::7@lo")) }
  }
}
