import Testing

@testable import Sockets

@Suite struct SocketAddressTests {
  @Test("An address has the bytes of its C struct, and returns what it was made from")
  func roundTrip() throws {
    let ipv4 = SocketAddress.ipv4(.loopback, port: 1100)
    #expect(ipv4.bytes == [2, 0, 0x04, 0x4c, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(ipv4.family == .ipv4 && ipv4.port == 1100 && ipv4.length == 16)
    #expect(ipv4.contents == .ipv4(.loopback, port: 1100))

    let ipv6 = SocketAddress.ipv6(.loopback, port: 80, scope: 3, flow: 9)
    #expect(ipv6.family == .ipv6 && ipv6.port == 80 && ipv6.length == 28)
    #expect(ipv6.bytes[4..<8] == [0, 0, 0, 9])
    #expect(ipv6.contents == .ipv6(.loopback, port: 80, scope: 3))

    let path = SocketAddress.unix(try UnixAddress("/tmp/x"))
    #expect(path.length == 2 + 6 + 1 && path.port == nil)
    #expect(path.contents == .unix(.path(Array("/tmp/x".utf8))))
    let abstract = SocketAddress.unix(try UnixAddress("@x"))
    #expect(abstract.bytes == [1, 0, 0, 120])
    #expect(abstract.contents == .unix(.abstract([120])))
    #expect(SocketAddress.unix(.unnamed).bytes == [1, 0])
    #expect(SocketAddress.unix(.unnamed).contents == .unix(.unnamed))
  }

  @Test(
    "An address is made from its family and data, padded where the C struct has a fixed size",
    arguments: [
      (AddressFamily.ipv4, "044c7f000001", "127.0.0.1:1100", 16), (.ipv4, " 04:4C 7f:00:00:01 ", "127.0.0.1:1100", 16),
      (.ipv6, "0050 00000000 00000000000000000000000000000001", "[::1]:80", 28), (.unix, "2f746d702f78", "/tmp/x", 8),
      (.unix, "0078", "@x", 4), (.vsock, "0000 00040000 02000000", "vsock:2:1024", 16),
      (AddressFamily(rawValue: 38), "68617368", "alg:hash:", 88),
      (AddressFamily(rawValue: 9), "0102", "AF_X25 01 02", 4),
      (AddressFamily(rawValue: 9), String(repeating: "0", count: 252), nil, 128),
    ] as [(AddressFamily, String, String?, Int)])
  func data(family: AddressFamily, hexadecimal: String, shown: String?, length: Int) throws {
    let address = try SocketAddress(family: family, hexadecimal: hexadecimal)
    #expect(address.family == family && address.length == length)
    if let shown { #expect(address.description == shown) }
  }

  @Test(
    "Invalid bytes are refused",
    arguments: [
      ("", AddressError.noData), (": :", .noData), ("0", .oddDigits(1)), ("04 4", .oddDigits(3)),
      ("0x04", .noDigit("x")),
      ("04-4c", .noDigit("-")), ("٤٤", .noDigit("٤")), (String(repeating: "0", count: 254), .dataTooLong(127)),
    ])
  func badData(hexadecimal: String, error: AddressError) {
    #expect(throws: error) { try SocketAddress(family: .ipv4, hexadecimal: hexadecimal) }
  }

  @Test("An address knows whether it is a file, is unnamed, or has port 0")
  func questions() throws {
    #expect(try SocketAddress.unix(UnixAddress("/s")).file == Array("/s".utf8))
    #expect(try SocketAddress.unix(UnixAddress("@s")).file == nil && SocketAddress.ipv4(.any, port: 1).file == nil)
    #expect(SocketAddress.unix(.unnamed).isUnnamed && !SocketAddress.ipv4(.any, port: 0).isUnnamed)
    #expect(SocketAddress.ipv4(.any, port: 0).asksForAnyPort && !SocketAddress.ipv4(.any, port: 1).asksForAnyPort)
    #expect(SocketAddress.vsock(VsockAddress(contextID: 1, port: VsockAddress.anyPort)).asksForAnyPort)
    #expect(!SocketAddress.unix(.unnamed).asksForAnyPort)
  }

  @Test(
    "An address is shown as users write it",
    arguments: [
      (SocketAddress.ipv4(.loopback, port: 1100), "127.0.0.1:1100"), (.ipv6(.loopback, port: 80), "[::1]:80"),
      (.ipv6(IPv6Address(high: 0xfe80 << 48, low: 1), port: 80, scope: 1), "[fe80::1%lo]:80"),
      (.ipv6(IPv6Address(high: 0xfe80 << 48, low: 1), port: 80, scope: 987_654), "[fe80::1%987654]:80"),
      (.ipv6(IPv6Address(high: 0, low: 0xffff_7f00_0001), port: 80), "127.0.0.1:80"), (.unix(.unnamed), "(unnamed)"),
      (.unix(.abstract([120, 0])), "@x\\x00"), (.unix(.path([47, 120])), "/x"), (SocketAddress(), "(none)"),
    ])
  func showing(address: SocketAddress, expected: String) {
    #expect(address.description == expected)
  }

  @Test("A port is replaced where there is one")
  func ports() {
    #expect(SocketAddress.ipv4(.loopback, port: 1).with(port: 2) == .ipv4(.loopback, port: 2))
    #expect(SocketAddress.ipv6(.loopback, port: 1, scope: 4).with(port: 2) == .ipv6(.loopback, port: 2, scope: 4))
    #expect(SocketAddress.unix(.unnamed).with(port: 2) == .unix(.unnamed))
  }

  @Test("Only an IPv4-mapped IPv6 address is unmapped")
  func unmapping() throws {
    let mapped = SocketAddress.ipv6(try #require(IPv6Address("::ffff:10.3.0.2")), port: 9)
    #expect(mapped.unmapped == .ipv4(try #require(IPv4Address("10.3.0.2")), port: 9))
    for other in [SocketAddress.ipv4(.loopback, port: 1), .ipv6(.loopback, port: 1), .unix(.unnamed)] {
      #expect(other.unmapped == other)
    }
  }

  @Test("A link-local address lacks its scope until it is set")
  func scopes() throws {
    let address = SocketAddress.ipv6(try #require(IPv6Address("fe80::1")), port: 80)
    #expect(address.lacksScope && !address.with(scope: 1).lacksScope)
    #expect(address.with(scope: 1).description == "[fe80::1%lo]:80")
    for text in ["::1", "ff02::1", "fd00::1"] {
      #expect(!SocketAddress.ipv6(try #require(IPv6Address(text)), port: 80).lacksScope)
    }
    #expect(SocketAddress.ipv4(.loopback, port: 1).with(scope: 3) == .ipv4(.loopback, port: 1))
  }

  @Test("Loopback addresses are those that do not leave this host")
  func loopback() {
    #expect(SocketAddress.ipv4(.loopback, port: 1).isLoopback)
    #expect(SocketAddress.ipv6(.loopback, port: 1).isLoopback)
    #expect(SocketAddress.ipv6(IPv6Address(high: 0, low: 0xffff_7f00_0001), port: 80).isLoopback)
    #expect(SocketAddress.unix(.unnamed).isLoopback)
    #expect(!SocketAddress.ipv4(.any, port: 1).isLoopback)
    #expect(!SocketAddress.ipv6(.any, port: 1).isLoopback)
    #expect(!SocketAddress.vsock(VsockAddress(contextID: 1, port: 1)).isLoopback)
  }

  @Test("Bytes of any family are kept; too many are refused")
  func anyFamily() throws {
    let netlink = try SocketAddress(bytes: [16, 0, 0, 0, 7, 0, 0, 0, 255, 1, 0, 0])
    #expect(netlink.family.description == "AF_NETLINK")
    #expect(netlink.contents == .other(AddressFamily(rawValue: 16), netlink.bytes))
    #expect(netlink.description == "netlink:*:0x1ff:7")
    let appletalk = try SocketAddress(bytes: [5, 0, 1, 255])
    #expect(appletalk.description == "AF_APPLETALK 01 ff")
    #expect(throws: AddressError.tooLong(129)) { try SocketAddress(bytes: [UInt8](repeating: 0, count: 129)) }
    #expect(try SocketAddress(bytes: [UInt8](repeating: 1, count: 128)).length == 128)
  }

  @Test("Addresses too short for their family are not read past their end")
  func tooShort() throws {
    for family in UInt8(0)...45 {
      for length in 0..<28 {
        var bytes = [UInt8](repeating: 0xff, count: length)
        if length > 0 { bytes[0] = family }
        if length > 1 { bytes[1] = 0 }
        let address = try SocketAddress(bytes: bytes)
        _ = (
          address.contents, address.description, address.isAnswered(by: address), address.port, address.isLoopback,
          address.hashValue
        )
        #expect(address.bytes == bytes)
      }
    }
  }

  @Test("Equal addresses hash equally")
  func hashing() {
    let addresses: Set = [
      SocketAddress.ipv4(.loopback, port: 1), .ipv4(.loopback, port: 1), .ipv4(.loopback, port: 2),
      .ipv6(.loopback, port: 1), .ipv6(.loopback, port: 1, scope: 1),
    ]
    #expect(addresses.count == 4)
  }

  @Test("the flow information stays when the port or the scope changes")
  func flowInfo() {
    let address = SocketAddress.ipv6(.loopback, port: 80, scope: 3, flow: 0xabcde)
    #expect(address.flowInfo == 0xabcde)
    #expect(address.with(port: 81) == .ipv6(.loopback, port: 81, scope: 3, flow: 0xabcde))
    #expect(address.with(scope: 4) == .ipv6(.loopback, port: 80, scope: 4, flow: 0xabcde))
    #expect(address.with(flowInfo: 7) == .ipv6(.loopback, port: 80, scope: 3, flow: 7))
    #expect(SocketAddress.ipv4(.loopback, port: 80).flowInfo == nil)
    #expect(SocketAddress.ipv4(.loopback, port: 80).with(flowInfo: 7) == .ipv4(.loopback, port: 80))
    #expect(SocketAddress.ipv4(.loopback, port: 80).with(port: 81) == .ipv4(.loopback, port: 81))
    #expect(SocketAddress.ipv4(.loopback, port: 80).with(scope: 1) == .ipv4(.loopback, port: 80))
  }
}
