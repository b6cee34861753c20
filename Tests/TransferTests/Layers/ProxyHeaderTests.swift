import Sockets
import Testing

@testable import Transfer

/// Headers of the PROXY protocol, as bytes.
@Suite struct ProxyHeaderTests {
  static let four = ProxyHeader.Subject.client(
    from: .ipv4(IPv4Address(number: 0xcb00_7107), port: 5000), to: .ipv4(IPv4Address(number: 0xc633_6402), port: 443))
  static let six = ProxyHeader.Subject.client(
    from: .ipv6(IPv6Address(high: 0x2001_0db8_0000_0000, low: 1), port: 1),
    to: .ipv6(IPv6Address(high: 0x2001_0db8_0000_0000, low: 0xffff), port: 65_535))
  static let unix = ProxyHeader.Subject.client(
    from: .unix(.unnamed), to: .unix(.path(Array("/run/s".utf8))))
  static let abstract = ProxyHeader.Subject.client(
    from: .unix(.abstract(Array("a".utf8) + [0, 7])), to: .unix(.path([UInt8](repeating: 0x61, count: 107))))

  static func read(_ bytes: [UInt8]) throws -> ProxyHeader {
    var reader = ProxyHeaderReader()
    reader.append(bytes)
    #expect(try reader.missing == 0)
    return try reader.header
  }

  static func fault(_ bytes: [UInt8]) -> String? {
    var reader = ProxyHeaderReader()
    reader.append(bytes)
    do throws(ProxyHeader.Fault) {
      guard try reader.missing == 0 else { return nil }
      _ = try reader.header
      return nil
    } catch { return error.message }
  }

  /// A binary header of the given kind and body.
  static func binary(_ command: UInt8, _ kind: UInt8, _ body: [UInt8]) -> [UInt8] {
    ProxyHeader.signature + [command, kind, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
  }

  @Test("The checksum is that of RFC 3720")
  func checksum() {
    #expect(CRC32C.sum(of: Array("123456789".utf8)) == 0xe306_9283)
    #expect(CRC32C.sum(of: [UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
  }

  @Test(
    "What is written is read again", arguments: [four, six, unix, abstract, .local],
    [
      [], [ProxyHeader.Field(0x02, Array("example.org".utf8)), ProxyHeader.Field(0xea, [0, 1, 255])],
      [ProxyHeader.Field(0x05, [UInt8](repeating: 7, count: 128)), ProxyHeader.Field(0x04, [])],
    ])
  func roundTrip(_ subject: ProxyHeader.Subject, _ fields: [ProxyHeader.Field]) throws {
    let read = try Self.read(ProxyHeader(.binary, subject, fields).bytes)
    #expect(read.subject == subject)
    #expect(read.fields.filter { $0.type != 0x03 } == (subject == .local ? [] : fields))
    let line = try Self.read(ProxyHeader(.text, subject, fields).bytes)
    #expect(line.subject == ([Self.four, Self.six].contains(subject) ? subject : .unknown) && line.fields == [])
  }

  @Test("Version 1 is written as the specification has it")
  func lines() {
    #expect(
      ProxyHeader(.text, Self.four).bytes == Array("PROXY TCP4 203.0.113.7 198.51.100.2 5000 443\r\n".utf8))
    #expect(ProxyHeader(.text, .local).bytes == Array("PROXY UNKNOWN\r\n".utf8))
    let mixed = ProxyHeader.Subject.client(from: Self.four.source, to: Self.six.destination)
    #expect(
      ProxyHeader(.text, mixed).bytes
        == Array("PROXY TCP6 ::ffff:203.0.113.7 2001:db8::ffff 5000 65535\r\n".utf8))
  }

  @Test(
    "Lines that are right",
    arguments: [
      "PROXY UNKNOWN\r\n", "PROXY UNKNOWN whatever it says 1 2 3 4 5\r\n",
      "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n",
      "PROXY TCP6 :: :: 0 0\r\n",
      "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
      "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
    ])
  func goodLines(_ text: String) { #expect(Self.fault(Array(text.utf8)) == nil) }

  @Test(
    "Lines that are broken",
    arguments: [
      ("PROXY UNKNOWN\n", "does not end with CR and LF"), ("PROXY UNKNOWN\r\r\n", "does not end with CR and LF"),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\rGET", "does not end with CR and LF"),
      ("PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n", "neither TCP4 nor TCP6"),
      ("PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n", "neither TCP4 nor TCP6"),
      ("PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n", "neither TCP4 nor TCP6"),
      ("PROXY UNKNOWNER\r\n", "neither TCP4 nor TCP6"),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n", "two addresses and two ports"),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n", "two addresses and two ports"),
      ("PROXY TCP4 1.2.3.4 ::1 1 2\r\n", "none of TCP4"), ("PROXY TCP6 1.2.3.4 ::1 1 2\r\n", "none of TCP6"),
      ("PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n", "none of TCP4"), ("PROXY TCP4 01.2.3.4 1.2.3.4 1 2\r\n", "none of TCP4"),
      ("PROXY TCP6 fe80::1%lo ::1 1 2\r\n", "none of TCP6"), ("PROXY TCP4 host 1.2.3.4 1 2\r\n", "none of TCP4"),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n", "no number from 0 to 65535"),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 1 -2\r\n", "no number from 0 to 65535"),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n", "no number from 0 to 65535"),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n", "no number from 0 to 65535"),
      ("PROXY UNKNOWN " + String(repeating: "x", count: 92), "longer than 107 bytes"),
      ("GET / HTTP/1.1\r\n", "something other than a PROXY header"), ("proxy", "something other"),
    ])
  func brokenLines(_ text: String, _ message: String) {
    #expect(Self.fault(Array(text.utf8))?.contains(message) == true, "\(Self.fault(Array(text.utf8)) ?? "none")")
  }

  @Test(
    "Binary headers that are broken",
    arguments: [
      (binary(0x11, 0x11, []), "version is 1"), (binary(0x22, 0x11, []), "command is 2"),
      (binary(0x21, 0x10, []), "family and protocol are 1 and 0"), (binary(0x21, 0x41, []), "4 and 1"),
      (binary(0x21, 0x13, []), "1 and 3"), (binary(0x21, 0x01, []), "0 and 1"),
      (binary(0x21, 0x11, [UInt8](repeating: 0, count: 11)), "too short"),
      (binary(0x21, 0x21, [UInt8](repeating: 0, count: 35)), "too short"),
      (binary(0x21, 0x31, [UInt8](repeating: 0, count: 215)), "too short"),
      (binary(0x21, 0x11, [UInt8](repeating: 0, count: 12) + [1]), "longer than what is left"),
      (binary(0x21, 0x11, [UInt8](repeating: 0, count: 12) + [1, 0]), "longer than what is left"),
      (binary(0x21, 0x11, [UInt8](repeating: 0, count: 12) + [1, 0, 1]), "longer than what is left"),
      (binary(0x21, 0x11, [UInt8](repeating: 0, count: 12) + [3, 0, 4, 0, 0, 0, 0]), "checksum is wrong"),
      (binary(0x21, 0x11, [UInt8](repeating: 0, count: 12) + [3, 0, 3, 0, 0, 0]), "no single CRC32c"),
      (binary(0x21, 0x00, [3, 0, 4, 0, 0, 0, 0]), "checksum is wrong"),
      (
        binary(0x21, 0x11, [UInt8](repeating: 0, count: 12) + [5, 0, 129] + [UInt8](repeating: 0, count: 129)),
        "longer than 128 bytes"
      ),
    ])
  func brokenBinary(_ bytes: [UInt8], _ message: String) {
    #expect(Self.fault(bytes)?.contains(message) == true, "\(Self.fault(bytes) ?? "none")")
  }

  @Test("A proxy's own connection and addresses without a form are no fault, whatever stands in them")
  func localAndUnknown() throws {
    for body in [[], [1], [UInt8](repeating: 255, count: 300)] {
      #expect(try Self.read(Self.binary(0x20, 0x77, body)).subject == .local)
      #expect(try Self.read(Self.binary(0x21, 0x00, body)).subject == .unknown)
    }
    #expect(try Self.read(Self.binary(0x21, 0x00, [2, 0, 1, 0x61])).details.map(\.value) == ["a"])
  }

  @Test("Datagrams are told from streams, and passed on as what they are")
  func datagrams() throws {
    let bytes = Self.binary(0x21, 0x12, [1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 0, 10])
    let header = try Self.read(bytes)
    #expect(
      header.subject
        == .client(
          from: .ipv4(IPv4Address(number: 0x0102_0304), port: 9), to: .ipv4(IPv4Address(number: 0x0506_0708), port: 10),
          datagrams: true))
    #expect(header.bytes[13] == 0x12)
  }

  @Test("Fields have names, and what is no text is in hexadecimal")
  func details() throws {
    let tls: [UInt8] =
      [1 | 2, 0, 0, 0, 0, 0x21, 0, 7] + Array("TLSv1.3".utf8) + [0x22, 0, 2] + Array("me".utf8) + [0x29, 0, 0]
    let header = ProxyHeader(
      .binary, Self.four,
      [
        ProxyHeader.Field(0x01, Array("h2".utf8)), ProxyHeader.Field(0x05, [0, 255]), ProxyHeader.Field(0x20, tls),
        ProxyHeader.Field(0x30, Array("blue".utf8)), ProxyHeader.Field(0xe1, Array("x\n".utf8)),
      ])
    #expect(
      try Self.read(header.bytes).details.map { "\($0.name)=\($0.value)" } == [
        "alpn=h2", "unique-id=0x00ff", "tls=yes", "tls-verified=yes", "tls-version=TLSv1.3", "tls-cn=me", "tls-0x29=",
        "netns=blue", "0xe1=0x780a",
      ])
  }

  @Test("A header that is full to the brim is passed on without what has no room")
  func full() throws {
    let body = [UInt8](repeating: 0, count: 12) + [0xe0, 0xff, 0xf0] + [UInt8](repeating: 1, count: 0xfff0)
    let header = try Self.read(Self.binary(0x21, 0x11, body))
    #expect(try Self.read(header.bytes) == header)
    var more = header
    more.fields.append(ProxyHeader.Field(0xe1, [1, 2, 3]))
    #expect(try Self.read(more.bytes) == header)
  }

  // MARK: - Nothing behind the header is read

  static let samples: [[UInt8]] =
    [four, six, unix, abstract, .local].flatMap { subject in
      [ProxyHeader(.text, subject).bytes, ProxyHeader(.binary, subject, [ProxyHeader.Field(2, [1, 2, 3])]).bytes]
    } + [
      Array("PROXY UNKNOWN some thing\r\n".utf8), Array("PROXY TCP6 :: ::1 1 2\r\n".utf8),
      Array("PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\n".utf8), binary(0x21, 0, []),
    ]

  @Test("However the bytes come, no more are asked for than the header has", arguments: samples.indices)
  func exact(_ index: Int) throws {
    let bytes = Self.samples[index]
    for piece in 1...bytes.count {
      var reader = ProxyHeaderReader()
      var place = 0
      while case let missing = try reader.missing, missing > 0 {
        #expect(place + missing <= bytes.count, "\(missing) asked for at \(place) of \(bytes.count)")
        let next = min(place + min(missing, piece), bytes.count)
        reader.append(bytes[place..<next])
        place = next
      }
      #expect(place == bytes.count)
      _ = try reader.header
    }
  }

  @Test("Random changes are read or refused, and never read past")
  func random() throws {
    var generator = Seeded(state: 22)
    for round in 0..<20_000 {
      var bytes = Self.samples[Int.random(in: Self.samples.indices, using: &generator)]
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0:
          bytes[Int.random(in: bytes.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1:
          bytes.insert(.random(in: 0...255, using: &generator), at: Int.random(in: bytes.indices, using: &generator))
        case 2 where bytes.count > 1: bytes.remove(at: Int.random(in: bytes.indices, using: &generator))
        default: bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
        }
      }
      var reader = ProxyHeaderReader()
      var place = 0
      do throws(ProxyHeader.Fault) {
        while case let missing = try reader.missing, missing > 0, place < bytes.count {
          let next = min(place + Int.random(in: 1...missing, using: &generator), bytes.count)
          reader.append(bytes[place..<next])
          place = next
        }
        guard try reader.missing == 0 else { continue }
        let header = try reader.header
        // What was understood can be written and read again.
        var again = ProxyHeaderReader()
        again.append(header.bytes)
        #expect(try again.missing == 0, "round \(round)")
        #expect(try again.header.subject == header.subject, "round \(round)")
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
  }

  /// Numbers that are the same in each run (SplitMix64).
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
      return z ^ z >> 31
    }
  }
}

extension ProxyHeader.Subject {
  var source: SocketAddress { if case .client(let source, _, _) = self { source } else { .unix(.unnamed) } }
  var destination: SocketAddress { if case .client(_, let address, _) = self { address } else { .unix(.unnamed) } }
}
