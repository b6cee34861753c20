// Structs as text.
extension SocketOption.StructureForm {
  /// Parses `NAME=VALUE,NAME=VALUE`, `none`, or the bytes in hexadecimal; nil for anything else.
  func bytes(of text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: size)
    if text.lowercased() == "none" { return bytes }
    if isRange, let range = self.range(text) { return range }
    var named: Set<String> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let name = (sides.first ?? "").lowercased()
      guard let member = members.first(where: { $0.name == name }) else {
        return [UInt8](hexadecimal: text).flatMap { isWhole($0.count) ? $0 : nil }
      }
      guard named.insert(name).inserted, member.store(sides.count == 2 ? sides[1] : nil, in: &bytes) else { return nil }
    }
    return bytes
  }

  private func isWhole(_ count: Int) -> Bool {
    if count == size { return true }
    guard case .rest(let limit)? = members.last?.type else { return false }
    return (size...(size + limit)).contains(count)
  }

  /// The members that are not 0, in a form that can be parsed again; `none` if all are.
  func text(of bytes: [UInt8]) -> String {
    if isRange, let ends = ends(of: bytes), ends.low > 0, ends.high > 0 { return "\(ends.low)-\(ends.high)" }
    let parts = members.compactMap { $0.text(in: bytes) }
    return parts.isEmpty ? "none" : parts.joined(separator: ",")
  }

  /// What to write: `ostreams=N,instreams=N`.
  var expectation: String {
    if isRange { return "LOW-HIGH, such as 20000-30000, or none" }
    return members.map(\.expectation).joined(separator: ",") + ", what is left out being 0"
  }

  /// The bytes of `LOW-HIGH`; nil for anything else.
  private func range(_ text: String) -> [UInt8]? {
    let sides = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    var bytes = [UInt8](repeating: 0, count: size)
    guard sides.count == 2, zip(members, sides).allSatisfy({ $0.store($1, in: &bytes) }),
      let ends = ends(of: bytes), ends.low <= ends.high
    else { return nil }
    return bytes
  }

  private func ends(of bytes: [UInt8]) -> (low: UInt16, high: UInt16)? {
    bytes.count == 4 ? (bytes.load(UInt16.self), bytes.load(UInt16.self, at: 2)) : nil
  }
}

extension SocketOption.StructureForm.Member {
  /// Stores a value in the struct.
  ///
  /// - Parameter text: nil for a name without a value.
  /// - Returns: false if it is not a value of the member.
  fileprivate func store(_ text: String?, in bytes: inout [UInt8]) -> Bool {
    guard let value = value(of: text) else { return false }
    bytes.replaceSubrange(offset..<min(offset + value.count, bytes.count), with: value)
    if case .bytes(_, let place) = type {
      bytes.replaceSubrange(place..<(place + 2), with: [UInt8].storing(UInt16(value.count)))
    }
    return true
  }

  private func value(of text: String?) -> [UInt8]? {
    if case .flag(let width) = type {
      guard let isOn = text.map({ SocketOptionValue.flag($0.lowercased()) }) ?? true else { return nil }
      return Self.storing(isOn ? 1 : 0, width)
    }
    guard let text else { return nil }
    switch type {
    case .flag: return nil
    case .number(let width, let names, let order):
      guard let number = names.value(named: text) ?? Int(unsigned: text, width: width) else { return nil }
      let bytes = Self.storing(number, width)
      return order == .network ? bytes.reversed() : bytes
    case .duration(let width, let unit):
      guard let duration = try? Duration(parsing: text, unit: unit) else { return nil }
      let count = Int(duration.count(of: unit))
      return count < 1 << (8 * width) ? Self.storing(count, width) : nil
    case .address: return SocketAddress(host: text)?.bytes
    case .ipv6Address: return IPv6Address(text).map { IPAddress.ipv6($0).bytes }
    case .interface: return NetworkInterface.index(naming: text).map { [UInt8].storing($0) }
    case .bytes(let width, _), .rest(let width):
      return [UInt8](hexadecimal: text).flatMap { $0.count <= width ? $0 : nil }
    }
  }

  /// `NAME=VALUE`; nil if it is 0.
  fileprivate func text(in bytes: [UInt8]) -> String? {
    if case .rest = type { return bytes.count > offset ? "\(name)=\(Array(bytes[offset...]).hexadecimal)" : nil }
    let own = Array(bytes[offset..<(offset + width)])
    guard own.contains(where: { $0 != 0 }) else { return nil }
    let number = own.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    switch type {
    case .flag, .rest: return name
    case .number(let width, let names, let order):
      let number =
        order == .network ? own.prefix(width).reduce(0) { $0 << 8 | Int($1) } : number
      return "\(name)=\(names.name(of: number) ?? String(number))"
    case .duration(_, let unit): return "\(name)=\(number)\(unit.symbol)"
    case .address:
      guard let address = SocketAddress(storage: own) else { return "\(name)=\(own.hexadecimal)" }
      return "\(name)=\(address.port == 0 ? address.host : address.description)"
    case .ipv6Address: return "\(name)=\(IPAddress.ipv6(own, at: 0))"
    case .interface: return "\(name)=\(NetworkInterface.name(of: UInt32(number)) ?? String(number))"
    case .bytes(let width, let place):
      return "\(name)=\(Array(own.prefix(min(width, Int(bytes.load(UInt16.self, at: place))))).hexadecimal)"
    }
  }

  fileprivate var expectation: String {
    switch type {
    case .flag: name
    case .number(_, let names, _):
      names.entries.isEmpty ? "\(name)=N" : "\(name)=\(names.entries.map(\.name).joined(separator: "|"))"
    case .duration: "\(name)=TIME"
    case .address: "\(name)=HOST[:PORT]"
    case .ipv6Address: "\(name)=ADDRESS"
    case .interface: "\(name)=INTERFACE"
    case .bytes, .rest: "\(name)=HEX"
    }
  }

  private static func storing(_ number: Int, _ width: Int) -> [UInt8] { Array([UInt8].storing(number).prefix(width)) }
}

extension Int {
  /// A decimal or `0x` hexadecimal number that fits the width in bytes.
  init?(unsigned text: String, width: Int) {
    let isHexadecimal = text.lowercased().hasPrefix("0x")
    let digits = isHexadecimal ? text.dropFirst(2) : text[...]
    guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
      let number = Int(digits, radix: isHexadecimal ? 16 : 10), number < 1 << (8 * width)
    else { return nil }
    self = number
  }
}

extension [UInt8] {
  /// The bytes of a non-empty string of hexadecimal digit pairs; nil for anything else.
  init?(hexadecimal text: some StringProtocol) {
    let digits = Array<UInt8>(text.lowercased().hasPrefix("0x") ? text.dropFirst(2).utf8 : text[...].utf8)
    guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
    self = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      let pair = String(decoding: digits[index..<(index + 2)], as: UTF8.self)
      guard !pair.hasPrefix("+"), !pair.hasPrefix("-"), let byte = UInt8(pair, radix: 16) else { return nil }
      append(byte)
    }
  }
}

extension SocketAddress {
  /// A numeric host, with or without a port: `192.0.2.1`, `192.0.2.1:5001`, `2001:db8::1`, `[2001:db8::1]:5001`.
  init?(host text: String) {
    if let host = IPAddress(text) {
      self.init(host, port: 0)
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    let name = text[..<colon]
    let isBracketed = name.hasPrefix("[") && name.hasSuffix("]")
    guard let host = IPAddress(String(isBracketed ? name.dropFirst().dropLast() : name)),
      isBracketed == (host.family == .ipv6)
    else { return nil }
    self.init(host, port: port)
  }

  /// The IPv4 or IPv6 address in a `struct sockaddr_storage`; nil for another family.
  init?(storage bytes: [UInt8]) {
    let length: Int
    switch AddressFamily(rawValue: CInt(bytes.load(UInt16.self))) {
    case .ipv4: length = 16
    case .ipv6: length = 28
    default: return nil
    }
    guard bytes.count >= length, let address = try? SocketAddress(bytes: Array(bytes.prefix(length))) else {
      return nil
    }
    self = address
  }
}
