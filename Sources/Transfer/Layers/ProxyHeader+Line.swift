import Sockets

// Version 1, a line of text: `PROXY TCP4 192.0.2.1 198.51.100.2 50000 443`, CR and LF.
extension ProxyHeader {
  /// The beginning of a line.
  static let linePrefix = Array("PROXY ".utf8)
  /// The longest line, with its CR and LF.
  static let longestLine = 107

  /// Reads a whole line.
  init(line bytes: ArraySlice<UInt8>) throws(Fault) {
    guard bytes.starts(with: Self.linePrefix), bytes.suffix(2).elementsEqual([0x0d, 0x0a]) else { throw .missing }
    let words = bytes.dropLast(2).split(separator: 0x20, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    // Whatever follows UNKNOWN is to be ignored.
    if words[1] == "UNKNOWN" {
      self.init(.text, .unknown)
      return
    }
    guard words[1] == "TCP4" || words[1] == "TCP6" else { throw .broken("its protocol is neither TCP4 nor TCP6") }
    guard words.count == 6 else { throw .broken("it has other than two addresses and two ports") }
    let isVersion4 = words[1] == "TCP4"
    guard let source = Self.host(words[2], isVersion4), let destination = Self.host(words[3], isVersion4) else {
      throw .broken("one of its addresses is none of \(words[1])")
    }
    guard let sourcePort = Self.port(words[4]), let port = Self.port(words[5]) else {
      throw .broken("one of its ports is no number from 0 to 65535")
    }
    self.init(
      .text,
      .client(from: SocketAddress(source, port: sourcePort), to: SocketAddress(destination, port: port)))
  }

  private static func host(_ text: String, _ isVersion4: Bool) -> IPAddress? {
    isVersion4
      ? IPv4Address(text).map(IPAddress.ipv4)
      : text.utf8.contains(UInt8(ascii: "%")) ? nil : IPv6Address(text).map(IPAddress.ipv6)
  }

  /// A port without leading zeros, as the specification wants it.
  private static func port(_ text: String) -> UInt16? { UInt16(text).flatMap { "\($0)" == text ? $0 : nil } }

  /// How many more bytes a line certainly has that has not ended yet: what is behind it is not ours to read.
  static func missing(ofLine bytes: [UInt8]) throws(Fault) -> Int {
    if let end = bytes.firstIndex(where: { $0 == 0x0d || $0 == 0x0a }) {
      guard bytes[end] == 0x0d, end + 2 >= bytes.count, bytes.dropFirst(end + 1).allSatisfy({ $0 == 0x0a }) else {
        throw .broken("its line does not end with CR and LF")
      }
      return end + 2 - bytes.count
    }
    let room = longestLine - bytes.count
    guard room >= 2 else { throw .broken("its line is longer than \(longestLine) bytes") }
    return min(room, least(behind: bytes))
  }

  /// The least that can follow: with each field that has not begun, a blank and its shortest value.
  private static func least(behind bytes: [UInt8]) -> Int {
    let shortest: Int
    switch bytes.dropFirst(linePrefix.count).prefix(5) {
    case [0x54, 0x43, 0x50, 0x34, 0x20]: shortest = "0.0.0.0".utf8.count
    case [0x54, 0x43, 0x50, 0x36, 0x20]: shortest = "::".utf8.count
    default: return max(2, "PROXY UNKNOWN\r\n".utf8.count - bytes.count)
    }
    let lengths = [0, 0, shortest, shortest, 1, 1]
    let field = bytes.count { $0 == 0x20 }
    guard field < lengths.count else { return 2 }
    let current = bytes.last == 0x20 ? lengths[field] : 0
    return current + lengths[(field + 1)...].reduce(0) { $0 + 1 + $1 } + 2
  }

  /// The line.
  var line: [UInt8] {
    guard case .client(let source, let destination, false) = subject, let ends = Self.hosts(source, destination) else {
      return Array("PROXY UNKNOWN\r\n".utf8)
    }
    let name = ends.from.width == 32 ? "TCP4" : "TCP6"
    return Array("PROXY \(name) \(ends.from) \(ends.to) \(source.port ?? 0) \(destination.port ?? 0)\r\n".utf8)
  }

  /// Two addresses of one family; nil unless both are internet addresses. If one is of IPv4, it is mapped into IPv6.
  static func hosts(_ source: SocketAddress, _ destination: SocketAddress) -> (from: IPAddress, to: IPAddress)? {
    guard let from = IPAddress(source), let to = IPAddress(destination) else { return nil }
    return from.family == to.family ? (from, to) : (from.mapped, to.mapped)
  }
}

extension IPAddress {
  fileprivate var mapped: IPAddress {
    guard case .ipv4(let address) = self else { return self }
    return .ipv6(IPv6Address(high: 0, low: 0xffff_0000_0000 | UInt64(address.number)))
  }
}
