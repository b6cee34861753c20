import Sockets

// Version 2: a signature, version and command, family and protocol, a length, two addresses, and fields.
extension ProxyHeader {
  static let signature: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]
  /// How many bytes stand before the addresses.
  static let prefixLength = 16
  /// The bytes of a Unix address.
  private static let unixLength = 108

  /// How many more bytes a header has whose signature is there.
  static func missing(ofBinary bytes: [UInt8]) throws(Fault) -> Int {
    if bytes.count > 12 {
      guard bytes[12] >> 4 == 2 else { throw .broken("its version is \(bytes[12] >> 4)") }
      guard bytes[12] & 15 < 2 else { throw .broken("its command is \(bytes[12] & 15)") }
    }
    guard bytes.count >= prefixLength else { return prefixLength - bytes.count }
    return prefixLength + (Int(bytes[14]) << 8 | Int(bytes[15])) - bytes.count
  }

  /// Reads a whole header.
  init(binary bytes: [UInt8]) throws(Fault) {
    guard bytes.starts(with: Self.signature), try Self.missing(ofBinary: bytes) == 0 else { throw .missing }
    // What a proxy says of its own connection is to be ignored.
    guard bytes[12] & 15 == 1 else {
      self.init(.binary, .local)
      return
    }
    let body = bytes[Self.prefixLength...]
    guard bytes[13] != 0 else {
      // Its addresses have no form, so what follows may be fields or not.
      self.init(.binary, .unknown, (try? Self.fields(in: body)) ?? [])
      try checkSum(of: bytes)
      return
    }
    guard let length = Self.addressLength(bytes[13]) else {
      throw .broken("its family and protocol are \(bytes[13] >> 4) and \(bytes[13] & 15)")
    }
    guard body.count >= 2 * length.host + 2 * length.port else { throw .broken("it is too short for its addresses") }
    self.init(
      .binary, try Self.subject(of: Array(body), length.host, isDatagram: bytes[13] & 15 == 2),
      try Self.fields(in: body.dropFirst(2 * length.host + 2 * length.port)))
    try checkUniqueID()
    try checkSum(of: bytes)
  }

  private static func addressLength(_ kind: UInt8) -> (host: Int, port: Int)? {
    switch kind {
    case 0x11, 0x12: (4, 2)
    case 0x21, 0x22: (16, 2)
    case 0x31, 0x32: (unixLength, 0)
    default: nil
    }
  }

  private static func subject(
    of body: [UInt8], _ length: Int, isDatagram: Bool
  ) throws(Fault) -> Subject {
    let (source, destination) = (body[..<length], body[length..<(2 * length)])
    if length == unixLength {
      return .client(from: unix(source), to: unix(destination), datagrams: isDatagram)
    }
    let ports = body[(2 * length)...].prefix(4).map(UInt16.init)
    return .client(
      from: SocketAddress(host(source), port: ports[0] << 8 | ports[1]),
      to: SocketAddress(host(destination), port: ports[2] << 8 | ports[3]), datagrams: isDatagram)
  }

  private static func host(_ bytes: ArraySlice<UInt8>) -> IPAddress {
    func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    return bytes.count == 4
      ? .ipv4(IPv4Address(number: UInt32(number(bytes))))
      : .ipv6(IPv6Address(high: number(bytes.prefix(8)), low: number(bytes.suffix(8))))
  }

  /// A path ends with its first zero byte; an abstract name begins with one, and ends with the last that is none.
  private static func unix(_ bytes: ArraySlice<UInt8>) -> SocketAddress {
    if bytes.first == 0 {
      guard let last = bytes.lastIndex(where: { $0 != 0 }) else { return .unix(.unnamed) }
      return .unix((try? UnixAddress(abstract: Array(bytes[...last].dropFirst()))) ?? .unnamed)
    }
    return .unix((try? UnixAddress(path: Array(bytes.prefix { $0 != 0 }.prefix(UnixAddress.longestName)))) ?? .unnamed)
  }

  /// Reads fields: a type, a length of two bytes, and a value each.
  static func fields(in bytes: ArraySlice<UInt8>) throws(Fault) -> [Field] {
    var fields: [Field] = []
    var rest = bytes
    while let type = rest.first {
      let head = rest.prefix(3)
      let length = head.count == 3 ? Int(head[head.startIndex + 1]) << 8 | Int(head[head.startIndex + 2]) : .max
      rest = rest.dropFirst(3)
      guard length <= rest.count else { throw .broken("one of its fields is longer than what is left") }
      fields.append(Field(type, Array(rest.prefix(length))))
      rest = rest.dropFirst(length)
    }
    return fields
  }

  private func checkUniqueID() throws(Fault) {
    let isTooLong = fields.contains { field in
      field.type == FieldName.uniqueID.rawValue && field.value.count > Self.longestUniqueID
    }
    if isTooLong { throw .broken("its unique id is longer than \(Self.longestUniqueID) bytes") }
  }

  /// Compares the checksum with that of all bytes, its own place taken as zeros.
  private func checkSum(of bytes: [UInt8]) throws(Fault) {
    let sums = fields.filter { $0.type == FieldName.checksum.rawValue }
    guard let stated = sums.first else { return }
    guard sums.count == 1, stated.value.count == 4 else { throw .broken("its checksum is no single CRC32c") }
    var place = bytes.count
    for field in fields.reversed() {
      place -= field.value.count
      if field.type == stated.type { break }
      place -= 3
    }
    var zeroed = bytes
    for index in place..<(place + 4) { zeroed[index] = 0 }
    guard CRC32C.sum(of: zeroed) == stated.value.reduce(0, { $0 << 8 | UInt32($1) }) else {
      throw .broken("its checksum is wrong")
    }
  }

  // MARK: - Writing

  /// The header, with a checksum of our own unless it is about the proxy's own connection.
  var binary: [UInt8] {
    let fields = fields.filter { $0.type != FieldName.checksum.rawValue }
    var body: [UInt8] = []
    var kind: UInt8 = 0
    var command: UInt8 = 0x21
    switch subject {
    case .local: command = 0x20
    case .unknown: break
    case .client(let source, let destination, let isDatagram):
      (kind, body) = Self.addresses(source, destination)
      if kind != 0, isDatagram { kind += 1 }
    }
    guard command == 0x21 else { return Self.signature + [command, 0, 0, 0] }
    // The length has 16 bits: what a proxy before us has filled to the brim may have no room for more.
    for field in fields + [Field(FieldName.checksum.rawValue, [0, 0, 0, 0])] {
      guard body.count + 3 + field.value.count <= 65_535 else { continue }
      body += [field.type, UInt8(field.value.count >> 8), UInt8(field.value.count & 255)] + field.value
    }
    var bytes = Self.signature + [command, kind, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    guard bytes.suffix(7).elementsEqual([FieldName.checksum.rawValue, 0, 4, 0, 0, 0, 0]) else { return bytes }
    let sum = CRC32C.sum(of: bytes)
    bytes.replaceSubrange((bytes.count - 4)..., with: (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * $0)) })
    return bytes
  }

  /// The family with the protocol of streams, and the bytes of the addresses; 0 and none if they have no form.
  private static func addresses(_ source: SocketAddress, _ destination: SocketAddress) -> (UInt8, [UInt8]) {
    if let (from, to) = hosts(source, destination) {
      let ports = [source, destination].flatMap { [UInt8(($0.port ?? 0) >> 8), UInt8(($0.port ?? 0) & 255)] }
      return (from.width == 32 ? 0x11 : 0x21, from.networkBytes + to.networkBytes + ports)
    }
    guard UnixAddress(source) != nil, UnixAddress(destination) != nil else { return (0, []) }
    return (
      0x31,
      [source, destination].flatMap { address in
        let name = address.bytes.dropFirst(2).prefix(unixLength)
        return Array(name) + [UInt8](repeating: 0, count: unixLength - name.count)
      }
    )
  }

  /// The header as it is sent.
  package var bytes: [UInt8] {
    switch version {
    case .text: line
    case .binary: binary
    }
  }
}

extension IPAddress {
  /// The address as it stands in packets.
  fileprivate var networkBytes: [UInt8] {
    func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
      (0..<(number.bitWidth / 8)).map { UInt8(truncatingIfNeeded: number >> (number.bitWidth - 8 - 8 * $0)) }
    }
    switch self {
    case .ipv4(let address): return bytes(address.number)
    case .ipv6(let address): return bytes(address.high) + bytes(address.low)
    }
  }
}
