import Testing

@testable import Sockets

@Suite struct AddressTextTests {
  @Test(
    "IPv4 addresses are four decimal numbers",
    arguments: [
      ("127.0.0.1", 0x7f00_0001), ("0.0.0.0", 0), ("255.255.255.255", 0xffff_ffff), ("10.1.2.3", 0x0a01_0203),
      ("1", nil), ("1.2.3", nil), ("256.0.0.1", nil), ("1.2.3.4.5", nil), ("", nil), (" 1.2.3.4", nil),
      ("0x7f.0.0.1", nil),
      ("1.2.3.-4", nil), ("localhost", nil),
    ] as [(String, UInt32?)])
  func ipv4(text: String, number: UInt32?) {
    let address = IPv4Address(text)
    #expect(address?.number == number)
    if let address { #expect(address.description == text) }
  }

  @Test(
    "IPv6 addresses are read in every form of RFC 4291 and written as in RFC 5952",
    arguments: [
      ("::1", "::1"), ("::", "::"), ("0:0:0:0:0:0:0:1", "::1"), ("FE80::1", "fe80::1"),
      ("2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"),
      ("::ffff:1.2.3.4", "::ffff:1.2.3.4"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("ff02::1", "ff02::1"),
      (":::1", nil),
      ("::1%lo", nil), ("[::1]", nil), ("1.2.3.4", nil), ("", nil), ("12345::", nil), ("1:2:3:4:5:6:7:8:9", nil),
    ] as [(String, String?)])
  func ipv6(text: String, shown: String?) {
    #expect(IPv6Address(text)?.description == shown)
  }

  @Test("Addresses know whether they are loopback, multicast, link-local or unspecified")
  func kinds() throws {
    #expect(IPv4Address.loopback.isLoopback)
    #expect(try #require(IPv4Address("127.9.9.9")).isLoopback)
    #expect(try !#require(IPv4Address("128.0.0.1")).isLoopback)
    #expect(try #require(IPv4Address("224.0.0.1")).isMulticast)
    #expect(try !#require(IPv4Address("240.0.0.1")).isMulticast)
    #expect(IPv6Address.loopback.isLoopback)
    #expect(try #require(IPv6Address("fe80::1")).isLinkLocal)
    #expect(try !#require(IPv6Address("fec0::1")).isLinkLocal)
    #expect(try #require(IPv6Address("ff05::2")).isMulticast)
    #expect(try #require(IPv6Address("::ffff:127.0.0.1")).mappedIPv4 == .loopback)
    #expect(IPv6Address.loopback.mappedIPv4 == nil)
    #expect(IPAddress("::1") == .ipv6(.loopback))
    #expect(IPAddress("127.0.0.1") == .ipv4(.loopback))
    #expect(IPAddress("x") == nil)
  }

  @Test("Unix addresses are paths or abstract names, and never truncated")
  func unix() throws {
    #expect(try UnixAddress("/tmp/x") == .path(Array("/tmp/x".utf8)))
    #expect(try UnixAddress("relative") == .path(Array("relative".utf8)))
    #expect(try UnixAddress("@name") == .abstract(Array("name".utf8)))
    #expect(try UnixAddress("/tmp/x").path == "/tmp/x")
    #expect(try UnixAddress("@name").path == nil)
    #expect(try UnixAddress(abstract: [0, 1, 65]).description == "@\\x00\\x01A")
    #expect(UnixAddress.unnamed.description == "(unnamed)")

    let longest = String(repeating: "a", count: 107)
    #expect(try UnixAddress(longest) == .path(Array(longest.utf8)))
    #expect(try UnixAddress("@" + longest) == .abstract(Array(longest.utf8)))
    func failure(_ text: String) -> AddressError? {
      do throws(AddressError) {
        _ = try UnixAddress(text)
        return nil
      } catch {
        return error
      }
    }
    #expect(failure("") == .emptyUnixPath)
    #expect(failure("@") == .emptyUnixPath)
    #expect(failure("a\u{0}b") == .zeroByteInUnixPath)
    #expect(failure(longest + "a") == .unixNameTooLong(length: 108, isPath: true))
    #expect(failure("@" + longest + "a") == .unixNameTooLong(length: 108, isPath: false))
    for error: AddressError in [
      .emptyUnixPath, .zeroByteInUnixPath, .unixNameTooLong(length: 108, isPath: true),
      .unixNameTooLong(length: 108, isPath: false), .tooLong(200),
    ] {
      #expect(!error.description.isEmpty)
    }
  }

  @Test("vsock addresses are a context ID and a port")
  func vsock() {
    let address = SocketAddress.vsock(VsockAddress(contextID: 2, port: 0x1234_5678))
    #expect(address.bytes == [40, 0, 0, 0, 0x78, 0x56, 0x34, 0x12, 2, 0, 0, 0, 0, 0, 0, 0])
    #expect(VsockAddress(address) == VsockAddress(contextID: 2, port: 0x1234_5678))
    #expect(address.description == "vsock:2:305419896")
    #expect(VsockAddress(contextID: VsockAddress.anyContextID, port: 1).description == "vsock:any:1")
    #expect((try? SocketAddress(bytes: [40, 0, 0])).flatMap { VsockAddress($0) } == nil)
  }
}
