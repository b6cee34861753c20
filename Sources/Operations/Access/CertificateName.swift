import Transfer

/// A name of certificates, as a rule of who may come in has it: `alice`, `*.example.org`, `*@example.org`.
package struct CertificateName: Sendable, Hashable {
  private let text: String

  /// - Returns: nil if an asterisk stands elsewhere than for the first label of a host or the user of a mail address.
  package init?(_ text: String) {
    let rest = text.hasPrefix("*.") || text.hasPrefix("*@") ? text.dropFirst(2) : text[...]
    let isText = rest.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "*") }
    guard !rest.isEmpty, isText else { return nil }
    self.text = text
  }

  /// Whether a certificate has it: as a name of a host, an address, a mail address or a URI (subjectAltName), or as its
  /// common name.
  func matches(_ certificate: TLSCertificateFacts) -> Bool {
    (certificate.names + (certificate.commonName.map { [$0] } ?? [])).contains(where: matches)
  }

  /// Letters are equal in either case, as in the names of hosts; an asterisk stands for one label, or for one user.
  private func matches(_ name: String) -> Bool {
    let (wanted, name) = (text.lowercased(), name.lowercased())
    if wanted == name { return true }
    guard wanted.hasPrefix("*") else { return false }
    let end = wanted.dropFirst()
    guard name.hasSuffix(end), name.utf8.count > end.utf8.count else { return false }
    let (first, mark) = (name.dropLast(end.count), wanted.dropFirst().first)
    return !first.utf8.contains { $0 == mark?.utf8.first || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "/") }
  }
}
