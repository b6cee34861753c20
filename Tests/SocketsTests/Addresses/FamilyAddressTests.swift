import Testing

@testable import Sockets

@Suite struct FamilyAddressTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let bytes: [UInt8]
    var testDescription: String { text }
    init(_ text: String, _ bytes: [UInt8]) { (self.text, self.bytes) = (text, bytes) }
  }

  static let zeros = [UInt8](repeating: 0, count: 64)

  // The structs as the kernel's headers define them, little-endian; the interface lo has index 1.
  static let rows: [Row] = [
    Row("vsock:2:1024", [40, 0, 0, 0, 0, 4, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]),
    Row("tipc:18888:17", [30, 0, 2, 2, 0xc8, 0x49, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0]),
    Row("tipc:18888:1-9", [30, 0, 1, 2, 0xc8, 0x49, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0]),
    Row("tipc:7@0x1001", [30, 0, 3, 2, 7, 0, 0, 0, 1, 0x10, 0, 0, 0, 0, 0, 0]),
    Row("can:lo", [29, 0, 0, 0, 1, 0, 0, 0] + zeros.prefix(16)), Row("can:any", [29, 0] + zeros.prefix(22)),
    Row("packet:lo:0x0003", [17, 0, 0, 3, 1, 0, 0, 0, 0, 0, 0, 0] + zeros.prefix(8)),
    Row("packet:lo:0x88b5:02:00:00:00:00:0a", [17, 0, 0x88, 0xb5, 1, 0, 0, 0, 0, 0, 0, 6, 2, 0, 0, 0, 0, 10, 0, 0]),
    Row("netlink:*:0x11:9", [16, 0, 0, 0, 9, 0, 0, 0, 0x11, 0, 0, 0]),
    Row(
      "alg:hash:sha256",
      [38, 0] + Array("hash".utf8) + zeros.prefix(10) + zeros.prefix(8) + Array("sha256".utf8) + zeros.prefix(58)),
  ]

  @Test("Text and the kernel's bytes convert both ways", arguments: rows)
  func roundTrip(row: Row) throws {
    let endpoint = try Endpoint([row.text], role: .local)
    guard case .written(let written) = endpoint.target else {
      Issue.record("\(endpoint) is no written address")
      return
    }
    #expect(written.description == row.text)
    let address = try written.address.socketAddress()
    #expect(address.bytes == row.bytes)
    #expect(address.description == row.text)
  }

  @Test(
    "Other spellings are shown in one form",
    arguments: [
      ("packet:lo", "packet:lo:0x0003"), ("netlink:route", "netlink:ROUTE"),
      ("netlink:15:1", "netlink:KOBJECT_UEVENT:0x1"),
      ("tipc:0x10:2", "tipc:16:2"), ("tipc:7@16", "tipc:7@0x10"), ("vsock:5", "vsock:any:5"),
    ])
  func spelling(text: String, shown: String) throws {
    #expect(try Endpoint([text], role: .local).description == shown)
  }

  @Test(
    "An invalid address is refused with the form to write",
    arguments: [
      "tipc:", "tipc:1", "tipc:1:2:3", "tipc:1:9-1", "tipc:x:1", "tipc:-1:1", "tipc:1@", "can:", "can:a b",
      "can:interface-too-long", "packet:", "packet:lo:x", "packet:lo:1:zz", "packet:lo:0x10000", "netlink:",
      "netlink:NOSUCH", "netlink:ROUTE:x", "netlink:ROUTE:1:2:3", "alg:", "alg:hash", "alg:hash:",
      "alg:a-type-that-is-too-long:x", "vsock:", "vsock:1:2:3",
    ])
  func refusing(text: String) throws {
    do throws(EndpointError) {
      let endpoint = try Endpoint([text], role: .local)
      Issue.record("\(text) is \(endpoint)")
    } catch {
      guard case .badAddress(.malformed) = error else {
        Issue.record("\(text): \(error)")
        return
      }
      #expect("\(error)".contains("write "))
    }
  }

  @Test("A protocol in the address is the one the socket is opened with")
  func protocols() throws {
    #expect(try Endpoint(["netlink:GENERIC"], role: .peer).transport?.protocolNumber.rawValue == 16)
    #expect(try Endpoint(["raw:127.0.0.1:icmp"], role: .peer).transport?.protocolNumber == .icmp)
    #expect(try Endpoint(["raw:[::1]:253"], role: .peer).target == .internet(host: "::1", service: "253"))
    for name in ["0", "-1", "256", "99999", "mptcp", "hopopt", "nosuch"] {
      #expect(throws: EndpointError.unknownProtocol(name)) { try Endpoint(["raw:h:" + name], role: .peer) }
    }
    for rest in ["h", "h:", "[::1]:"] {
      #expect(throws: EndpointError.missingProtocol(rest)) { try Endpoint(["raw:" + rest], role: .peer) }
    }
    for (name, number) in [("ipv6-icmp", 58), ("OSPF", 89), ("vrrp", 112), ("sctp", 132), ("0x84", 132)] {
      #expect(try Endpoint(["raw:h:" + name], role: .peer).transport?.protocolNumber.rawValue == CInt(number))
    }
  }

  @Test("An address of an unknown family is not mistaken for another one")
  func unwritten() {
    let family = AddressFamily(rawValue: 9)
    #expect(!family.hasEndpoints && AddressFamily.unix.hasEndpoints && AddressFamily.ipv6.hasEndpoints)
    #expect(throws: EndpointError.unwritten(family)) { try Endpoint(["x"], role: .peer, addressing: .family(family)) }
  }

  @Test("A missing interface is an error with its name")
  func missingInterface() throws {
    #expect(throws: SystemError(call: "if_nametoindex", number: .noDevice, subject: "nosuch0")) {
      try CANAddress(interface: "nosuch0").socketAddress()
    }
  }

  @Test("Every family in the table names its transports, and they lead back to it")
  func table() {
    for type in AddressFamily.addressTypes {
      for transport in type.transports {
        #expect(transport.families == [type.family])
        #expect(
          Transport(family: type.family, type: transport.type, protocolNumber: .automatic)?.name == transport.name)
      }
    }
  }
}
