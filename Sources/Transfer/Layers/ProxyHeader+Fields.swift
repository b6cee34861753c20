// The fields of version 2 by name.
extension ProxyHeader {
  /// A kind of field that has a name.
  package enum FieldName: UInt8, CaseIterable, Sendable {
    case alpn = 0x01
    case authority = 0x02
    case checksum = 0x03
    case padding = 0x04
    case uniqueID = 0x05
    case tls = 0x20
    case namespace = 0x30

    /// What it is called in events and on the command line.
    package var text: String {
      switch self {
      case .alpn: "alpn"
      case .authority: "authority"
      case .checksum: "crc32c"
      case .padding: "noop"
      case .uniqueID: "unique-id"
      case .tls: "tls"
      case .namespace: "netns"
      }
    }
  }

  /// The longest unique id.
  package static let longestUniqueID = 128

  /// The parts of the field about TLS that have names, by their types.
  private static let tlsNames: [UInt8: String] = [
    0x21: "tls-version", 0x22: "tls-cn", 0x23: "tls-cipher", 0x24: "tls-signature", 0x25: "tls-key", 0x26: "tls-group",
    0x27: "tls-signature-scheme",
  ]

  /// Everything that the fields say, in their order: names, and values that can be printed.
  package var details: [(name: String, value: String)] {
    fields.flatMap { field -> [(name: String, value: String)] in
      switch FieldName(rawValue: field.type) {
      case .checksum, .padding: []
      case .tls: Self.tlsDetails(field.value)
      case let name?: [(name.text, Self.printable(field.value))]
      case nil: [(Self.number(field.type), Self.printable(field.value))]
      }
    }
  }

  /// One bit tells that the client came over TLS, two tell whether it showed a certificate; the result of the check of
  /// that follows, 0 for a good one, and then fields again.
  private static func tlsDetails(_ bytes: [UInt8]) -> [(name: String, value: String)] {
    guard bytes.count >= 5, let parts = try? fields(in: bytes[5...]) else { return [] }
    var result = [(name: "tls", value: bytes[0] & 1 != 0 ? "yes" : "no")]
    if bytes[0] & 6 != 0 { result.append(("tls-verified", bytes[1..<5].allSatisfy { $0 == 0 } ? "yes" : "no")) }
    return result
      + parts.map { part in (tlsNames[part.type] ?? "tls-" + number(part.type), printable(part.value)) }
  }

  private static func number(_ type: UInt8) -> String { "0x" + hexadecimal([type]) }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The bytes as text if they are text, and otherwise in hexadecimal.
  private static func printable(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    let isText = Array(text.utf8) == bytes && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    return isText ? text : "0x" + hexadecimal(bytes)
  }
}
