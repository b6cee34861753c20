import SockTestSupport
import Sockets
import Testing

@Suite struct PacketTests {
  @Test("The checksum of the example in RFC 1071, section 3")
  func example() {
    // The sum is ddf2; the checksum is its complement.
    #expect(InternetChecksum.of([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]) == ~0xddf2)
  }

  /// Word by word, as the RFC describes it.
  private func plain(_ bytes: [UInt8]) -> UInt16 {
    var sum = 0
    for (index, byte) in bytes.enumerated() { sum += index % 2 == 0 ? Int(byte) << 8 : Int(byte) }
    while sum > 0xffff { sum = (sum >> 16) + (sum & 0xffff) }
    return ~UInt16(sum)
  }

  @Test("Any length, in one or in several odd pieces, agrees with the plain sum")
  func lengths() {
    for length in 0...130 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255) }
      #expect(InternetChecksum.of(bytes) == plain(bytes))
      let cut = Int.random(in: 0...length)
      let second = Int.random(in: cut...length)
      var checksum = InternetChecksum()
      for piece in [bytes[..<cut], bytes[cut..<second], bytes[second...]] { checksum.add(Array(piece)) }
      #expect(checksum.value == plain(bytes), "cut at \(cut) and \(second) of \(bytes)")
    }
    #expect(
      InternetChecksum.of([UInt8](repeating: 0xff, count: 65_535)) == plain([UInt8](repeating: 0xff, count: 65_535)))
  }

  @Test("The checksum of data that includes its checksum is 0")
  func verification() {
    let bytes = EchoMessage(.request, identifier: 7, sequence: 9, data: [1, 2, 3]).bytes(for: .ipv4)
    #expect(InternetChecksum.of(bytes) == 0)
  }

  @Test("Pseudo-headers of both families agree with sums made by hand")
  func pseudoHeaders() throws {
    let datagram: [UInt8] = [0x12, 0x34, 0x00, 0x35, 0x00, 0x0b, 0x00, 0x00, 0x61, 0x62, 0x63]
    let four = (try #require(IPAddress("10.0.0.1")), try #require(IPAddress("10.0.0.2")))
    var checksum = InternetChecksum(
      pseudoHeaderFrom: four.0, to: four.1, protocolNumber: .udp, length: datagram.count)
    checksum.add(datagram)
    #expect(checksum.value == plain([10, 0, 0, 1, 10, 0, 0, 2, 0, 17, 0, 11] + datagram))
    let six = (try #require(IPAddress("fd00::1")), try #require(IPAddress("fd00::2")))
    checksum = InternetChecksum(pseudoHeaderFrom: six.0, to: six.1, protocolNumber: .udp, length: datagram.count)
    checksum.add(datagram)
    let address: [UInt8] = [0xfd, 0] + [UInt8](repeating: 0, count: 13)
    #expect(checksum.value == plain(address + [1] + address + [2] + [0, 0, 0, 11, 0, 0, 0, 17] + datagram))
  }

  @Test("An echo message is decoded as it was encoded", arguments: [AddressFamily.ipv4, .ipv6])
  func echo(family: AddressFamily) {
    for kind in [EchoMessage.Kind.request, .reply] {
      let message = EchoMessage(kind, identifier: 0xabcd, sequence: 0x1234, data: Array(0...20))
      let bytes = message.bytes(for: family)
      #expect(EchoMessage(bytes, family: family) == message)
      #expect(EchoMessage(bytes, family: family == .ipv4 ? .ipv6 : .ipv4) == nil)
      #expect(EchoMessage(Array(bytes.prefix(7)), family: family) == nil)
    }
  }

  @Test("The payload of a raw IPv4 packet starts after its options")
  func rawPacket() throws {
    let echo = EchoMessage(.reply, identifier: 1, sequence: 2, data: [3])
    let header: [UInt8] = [0x46, 0, 0, 33, 0, 0, 0, 0, 61, 1, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 1, 1, 1, 0]
    let parsed = try #require(IPv4Header(header))
    #expect(parsed.length == 24 && parsed.totalLength == 33 && parsed.timeToLive == 61)
    #expect(parsed.source == IPv4Address("10.0.0.1") && parsed.destination == IPv4Address("10.0.0.2"))
    #expect(EchoMessage(received: header + echo.bytes(for: .ipv4), family: .ipv4, type: .raw) == echo)
    #expect(IPv4Header(Array(header.prefix(23))) == nil)
  }

  @Test("On a raw IPv4 socket a wrong checksum is detected")
  func rawChecksum() {
    let header: [UInt8] = [0x45, 0, 0, 0, 0, 0, 0, 0, 61, 1, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
    var bytes = EchoMessage(.reply, identifier: 1, sequence: 2, data: [3, 4, 5]).bytes(for: .ipv4)
    #expect(EchoMessage.hasValidChecksum(received: header + bytes, family: .ipv4, type: .raw))
    bytes[9] ^= 1
    #expect(!EchoMessage.hasValidChecksum(received: header + bytes, family: .ipv4, type: .raw))
    // The kernel drops packets with a wrong checksum before they reach these sockets.
    #expect(EchoMessage.hasValidChecksum(received: bytes, family: .ipv4, type: .datagram))
    #expect(EchoMessage.hasValidChecksum(received: bytes, family: .ipv6, type: .raw))
  }

  @Test("No input makes a parser trap")
  func fuzz() {
    for _ in 0..<20_000 {
      var bytes = (0..<Int.random(in: 0...64)).map { _ in UInt8.random(in: 0...255) }
      if !bytes.isEmpty, Bool.random() { bytes[0] = [0x45, 0x4f, 0x46, 0, 8, 128, 129].randomElement() ?? 0 }
      for family in [AddressFamily.ipv4, .ipv6, .unix] {
        for type in [SocketType.raw, .datagram] {
          if let echo = EchoMessage(received: bytes, family: family, type: type) {
            #expect(echo.data.count < bytes.count)
          }
        }
      }
      if let header = IPv4Header(bytes) { #expect(header.length <= bytes.count) }
    }
  }

  @Test("The error queue names the closed port and the host that said so", arguments: [AddressFamily.ipv4, .ipv6])
  func errorQueue(family: AddressFamily) throws {
    let loopback: SocketAddress = family == .ipv6 ? .ipv6(.loopback, port: 0) : .ipv4(.loopback, port: 0)
    // Bound and closed again: the port is unused.
    let closed = try Socket.open(.udp, family: family)
    try closed.bind(to: loopback)
    let address = try closed.localAddress()
    try closed.close()
    let socket = try Socket.open(.udp, family: family)
    try socket.set(.receiveErrors(family), to: true)
    try socket.set(.receiveTimestamps, to: true)
    #expect(try socket.nextQueuedError() == nil)
    _ = try socket.send([1, 2, 3].span, to: address)
    let queued = try #require(try socket.nextQueuedError())
    #expect(queued.error.number == .connectionRefused && queued.error.fate == .portUnreachable)
    #expect(queued.error.origin == (family == .ipv6 ? .icmpv6 : .icmp))
    #expect(queued.error.offender?.with(port: 0) == loopback)
    #expect(queued.error.meaning == "port unreachable" && queued.error.mark == "")
    #expect(queued.destination == address)
    #expect(queued.packet == [1, 2, 3])
    #expect(queued.time != nil)
    #expect(try socket.nextQueuedError() == nil)
  }
}
