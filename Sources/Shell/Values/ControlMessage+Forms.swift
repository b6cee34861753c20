import Sockets

extension ControlMessage {
  /// A control message that `sendmsg` accepts as `NAME:VALUE`.
  struct Form: Sendable {
    let name: String
    /// What a value looks like, for messages.
    let expectation: String
    /// Makes it of bytes, if its value is bytes.
    var make: (@Sendable ([UInt8]) -> ControlMessage?)?
    let parse: @Sendable (String) -> ControlMessage?
  }

  /// Every control message with a text form, except `SCM_RIGHTS`, whose values are sockets of the session.
  static let forms: [Form] = [
    Form(name: "SCM_CREDENTIALS", expectation: "PID,UID,GID") { text in
      let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { UInt32($0) }
      guard numbers.count == 3, let process = numbers[0].flatMap({ CInt(exactly: $0) }), let user = numbers[1],
        let group = numbers[2]
      else { return nil }
      return .credentials(Credentials(processID: process, userID: user, groupID: group))
    },
    number("IP_TTL", 1...255) { .hopLimit($0, .ipv4) },
    number("IP_TOS", 0...255) { .trafficClass(UInt8($0), .ipv4) },
    packetInfo("IP_PKTINFO", .ipv4),
    number("IPV6_HOPLIMIT", 0...255) { .hopLimit($0, .ipv6) },
    number("IPV6_TCLASS", 0...255) { .trafficClass(UInt8($0), .ipv6) },
    packetInfo("IPV6_PKTINFO", .ipv6),
    number("IPV6_DONTFRAG", 0...1) { .doNotFragment($0 == 1) },
    number("IPV6_FLOWINFO", 0...0xfff_ffff) { .flowInfo(UInt32($0)) },
    header(.hopByHop), header(.routingDestination), header(.destination), header(.routing),
    bytes("IP_RETOPTS", 40) { .headerOptions($0, forAnswer: true) },
    number("IP_PROTOCOL", 1...255) { .other(level: .ip, type: 52, bytes: CInt($0).stored) },
    number("UDP_SEGMENT", 1...65_535) { .segmentSize($0) },
    number("SO_MARK", 0...Int(UInt32.max)) { .mark(UInt32($0)) },
    number("SO_PRIORITY", 0...Int(UInt32.max)) { .priority(UInt32($0)) },
    number("SO_TIMESTAMPING", 0...Int(UInt32.max)) { .other(level: .socket, type: 37, bytes: UInt32($0).stored) },
    number("SCM_TXTIME", 0...Int.max) { .other(level: .socket, type: 61, bytes: UInt64($0).stored) },
    number("TLS_SET_RECORD_TYPE", 0...255) { .other(level: .tls, type: 1, bytes: [UInt8($0)]) },
  ]

  /// An extension header, whole: what `inet6_opt_finish` and `inet6_rth_add` return.
  private static func header(_ kind: ExtensionHeaderKind) -> Form {
    bytes("\(kind)", 2048) { .extensionHeader(kind, $0) }
  }

  private static func bytes(_ name: String, _ limit: Int, _ make: @escaping @Sendable ([UInt8]) -> ControlMessage)
    -> Form
  {
    Form(
      name: name, expectation: "at most \(limit) bytes in hexadecimal, or a variable that holds them",
      make: { $0.count <= limit ? make($0) : nil }
    ) { text in
      [UInt8](hexadecimalDigits: text).flatMap { $0.count <= limit ? make($0) : nil }
    }
  }

  /// `ADDRESS`, `ADDRESS@INTERFACE` or `@INTERFACE`: the source address and the outgoing interface.
  private static func packetInfo(_ name: String, _ family: AddressFamily) -> Form {
    Form(
      name: name, expectation: "a local \(family.commonName) address, an interface as @lo, or both: ADDRESS@INTERFACE"
    ) {
      text in (try? PacketOrigin(text))?.packetInfo(of: family).map { .packetInfo($0) }
    }
  }

  private static func number(
    _ name: String, _ range: ClosedRange<Int>, _ make: @escaping @Sendable (Int) -> ControlMessage
  ) -> Form {
    Form(name: name, expectation: "a number from the range \(range.lowerBound) to \(range.upperBound)") { text in
      let number = text.lowercased().hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
      guard let number = number ?? Constants.value(named: text), range.contains(number) else { return nil }
      return make(number)
    }
  }
}

extension FixedWidthInteger {
  /// The bytes of the C value.
  var stored: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }
}

extension [UInt8] {
  /// Bytes in hexadecimal digits, two to a byte.
  init?(hexadecimalDigits text: String) {
    let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
    self = stride(from: 0, to: digits.count, by: 2).map { UInt8((digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0)) }
  }
}
