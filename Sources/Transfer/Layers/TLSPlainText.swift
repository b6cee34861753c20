import Sockets

/// The first bytes of a peer that does not speak TLS, and what they tell of it.
struct TLSPlainText {
  let beginning: [UInt8]
  let role: TLSRole

  /// What it says, and in which protocol; nil if these may be the bytes of TLS, or if there are none.
  var sentence: String? {
    guard let first = beginning.first, !isOfTLS(first) else { return nil }
    if let version = versionOfMySQL { return "it says '\(version)'\(hint("MySQL", "mysql"))" }
    let line = beginning.prefix { $0 != 0x0a && $0 != 0x0d }
    let printable = line.count { (0x20..<0x7f).contains($0) }
    guard printable > 0, printable * 2 >= line.count else {
      return "its first bytes are \(Self.hexadecimal(beginning))"
    }
    let text = Self.text(line)
    return "it says '\(text)\(line.count == 64 ? "…" : "")'\(meaning(of: text))"
  }

  /// A record begins with its type, 20 to 24; an old client's hello with the highest bit.
  private func isOfTLS(_ first: UInt8) -> Bool {
    (20...24).contains(first) || role == .server && first & 0x80 != 0 && beginning.dropFirst(2).first ?? 1 == 1
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.map { (0x20..<0x7f).contains($0) ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.prefix(16).map { String(256 + Int($0), radix: 16).dropFirst() }.joined(separator: " ")
  }

  // MARK: Protocols

  /// Its greeting has a header of length and number, and then the version of the protocol.
  private var versionOfMySQL: String? {
    guard role == .client, beginning.count > 6, beginning[3] == 0, beginning[4] == 10 else { return nil }
    let version = beginning[5...].prefix { $0 != 0 }
    return version.allSatisfy { (0x20..<0x7f).contains($0) } && !version.isEmpty ? Self.text(version) : nil
  }

  /// In which protocol a peer says this, and how one asks for TLS in it.
  private func meaning(of line: String) -> String {
    if role == .server {
      return line.containsBytes(of: " HTTP/1.") ? " (HTTP)" : line.hasPrefix("SSH-") ? " (SSH)" : ""
    }
    let upper = line.uppercased()
    if line.hasPrefix("HTTP/") { return " (HTTP)" }
    if line.hasPrefix("SSH-") { return " (SSH)" }
    if line.hasPrefix("RFB ") { return " (VNC)" }
    if line.hasPrefix("* OK") || line.hasPrefix("* PREAUTH") { return hint("IMAP", "imap") }
    if line.hasPrefix("+OK") { return hint("POP3", "pop3") }
    if line.hasPrefix("\"IMPLEMENTATION\"") { return hint("ManageSieve", "sieve") }
    if line.hasPrefix("200 ") || line.hasPrefix("201 ") { return hint("NNTP", "nntp") }
    guard line.hasPrefix("220") else { return "" }
    if upper.containsBytes(of: "LMTP") { return hint("LMTP", "lmtp") }
    if upper.containsBytes(of: "SMTP") { return hint("SMTP", "smtp") }
    return upper.containsBytes(of: "FTP") ? hint("FTP", "ftp") : ""
  }

  private func hint(_ name: String, _ option: String) -> String {
    " (\(name), which asks for TLS with --starttls \(option))"
  }
}
