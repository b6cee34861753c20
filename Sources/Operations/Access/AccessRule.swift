import Glibc
import Sockets

/// Whom `--allow` and `--deny` are about.
package enum AccessRule: Sendable, Hashable {
  /// An address, the addresses of a network, or those from one to another.
  case addresses(AddressRange)
  /// Every address of a host, as found when the list is read.
  case name(String)
  /// Every peer over a Unix socket.
  case unix
  /// A peer over a Unix socket whose process has this effective user.
  case user(UInt32)
  /// The same by the effective group.
  case group(UInt32)
  /// A peer whose certificate, verified in the handshake of TLS, has this name.
  case certificate(CertificateName)

  /// Whether it is about a peer's certificate.
  var isOfCertificate: Bool {
    if case .certificate = self { return true }
    return false
  }

  /// What is wrong with the text of a rule, and what to write.
  package struct Fault: Error, Hashable {
    package let message: String
  }

  /// Reads `10.0.0.1`, `10.0.0.0/8`, `10.0.0.1-10.0.0.9`, `host.example`, `unix`, `uid:1000`, `gid:staff`, `tls:NAME`.
  package init(parsing text: String) throws(Fault) {
    if text == "unix" {
      self = .unix
    } else if text.hasPrefix("uid:") {
      self = .user(try Self.user(String(text.dropFirst(4)), in: text))
    } else if text.hasPrefix("gid:") {
      self = .group(try Self.group(String(text.dropFirst(4)), in: text))
    } else if text.hasPrefix("tls:") {
      guard let name = CertificateName(String(text.dropFirst(4))) else {
        throw Fault(
          message: "'\(text)': write a name of the client's certificate behind tls:, *.DOMAIN or *@DOMAIN")
      }
      self = .certificate(name)
    } else if let slash = text.lastIndex(of: "/") {
      self = .addresses(try Self.network(text[..<slash], bits: text[text.index(after: slash)...], in: text))
    } else if let address = Self.address(text[...]) {
      self = .addresses(try Self.range(from: address, to: address, in: text))
    } else if let dash = text.firstIndex(of: "-"), let first = Self.address(text[..<dash]) {
      guard let last = Self.address(text[text.index(after: dash)...]) else {
        throw Fault(message: "'\(text)' is no range: write two whole addresses, such as 10.0.0.1-10.0.0.9")
      }
      self = .addresses(try Self.range(from: first, to: last, in: text))
    } else {
      self = .name(try Self.name(text))
    }
  }

  private static let forms =
    "write an address, NETWORK/BITS, FIRST-LAST, the name of a host, unix, uid:USER, gid:GROUP or tls:NAME"

  /// An address, which may stand in brackets.
  private static func address(_ text: Substring) -> IPAddress? {
    guard text.first == "[", text.last == "]" else { return IPAddress(String(text)) }
    return IPv6Address(String(text.dropFirst().dropLast())).map { .ipv6($0) }
  }

  private static func network(
    _ base: Substring, bits: Substring, in text: String
  ) throws(Fault) -> AddressRange {
    guard let address = address(base) else { throw Fault(message: "'\(text)' is no network: write 10.0.0.0/8") }
    let isNumber = !bits.isEmpty && bits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isNumber, let prefix = Int(bits), let range = AddressRange(address, prefix: prefix) else {
      throw Fault(
        message: "'\(text)': write how many bits of the address count behind the slash, 0 to \(address.width)")
    }
    return range
  }

  private static func range(
    from first: IPAddress, to last: IPAddress, in text: String
  ) throws(Fault) -> AddressRange {
    guard let range = AddressRange(from: first, to: last) else {
      throw Fault(message: "'\(text)' is no range: write two addresses of one family, the lower one first")
    }
    return range
  }

  private static func name(_ text: String) throws(Fault) -> String {
    if text.contains("%") {
      throw Fault(message: "'\(text)': write the address without its interface")
    }
    // The replacement character stands for what was not UTF-8.
    let isPattern = text.contains { "*?,;=!\"'()\u{fffd}".contains($0) }
    guard !text.isEmpty, !text.hasPrefix("-"), !isPattern,
      (try? Resolver.check(host: text)) != nil
    else { throw Fault(message: "'\(text)' names no peers: \(forms)") }
    return text
  }

  private static func user(_ name: String, in text: String) throws(Fault) -> UInt32 {
    if let number = number(name) { return number }
    guard !name.isEmpty, let entry = unsafe getpwnam(name) else {
      throw Fault(message: "'\(text)': there is no such user: write a user's name or number behind uid:")
    }
    return unsafe entry.pointee.pw_uid
  }

  private static func group(_ name: String, in text: String) throws(Fault) -> UInt32 {
    if let number = number(name) { return number }
    guard !name.isEmpty, let entry = unsafe getgrnam(name) else {
      throw Fault(message: "'\(text)': there is no such group: write a group's name or number behind gid:")
    }
    return unsafe entry.pointee.gr_gid
  }

  /// A user's or group's number. The highest one stands for no user in the calls of the kernel.
  private static func number(_ text: String) -> UInt32? {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    return UInt32(text).flatMap { $0 == .max ? nil : $0 }
  }
}
