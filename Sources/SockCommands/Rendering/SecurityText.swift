import Transfer

/// What TLS has agreed on, as text and JSON.
enum SecurityText {
  /// `TLSv1.3, TLS_AES_256_GCM_SHA384, x25519`.
  static func summary(_ facts: TLSFacts) -> String {
    var parts = [facts.version, facts.cipher]
    if let group = facts.group { parts.append(group) }
    if let name = facts.applicationProtocol { parts.append(name) }
    if let name = facts.presharedKey { parts.append("pre-shared key '\(name)'") }
    if facts.isResumed { parts.append("resumed") }
    if let isAccepted = facts.earlyData { parts.append(isAccepted ? "early data" : "early data refused") }
    if !facts.isVerified { parts.append("not verified") }
    return parts.joined(separator: ", ")
  }

  /// A line for each certificate of the peer.
  static func lines(_ facts: TLSFacts) -> [String] { facts.chain.map(line) }

  private static func line(_ certificate: TLSCertificateFacts) -> String {
    let names = certificate.names.isEmpty ? "" : " for \(certificate.names.joined(separator: ", "))"
    let days = certificate.daysLeft == 1 ? "1 day" : "\(certificate.daysLeft) days"
    return "\(certificate.subject)\(names), issued by \(certificate.issuer), \(days) left,"
      + " pin sha256//\(certificate.pin)"
  }

  static func add(_ facts: TLSFacts, to object: inout JSONObject) {
    object.add("version", facts.version)
    object.add("cipher", facts.cipher)
    object.add("group", facts.group)
    object.add("alpn", facts.applicationProtocol)
    object.add("pre-shared-key", facts.presharedKey)
    if let isAccepted = facts.earlyData { object.add("early-data", json: isAccepted ? "true" : "false") }
    object.add("resumed", json: facts.isResumed ? "true" : "false")
    object.add("verified", json: facts.isVerified ? "true" : "false")
    if let own = facts.chain.first { add(own, to: &object) }
  }

  static func add(_ certificate: TLSCertificateFacts, to object: inout JSONObject) {
    object.add("subject", certificate.subject)
    object.add("issuer", certificate.issuer)
    object.add("names", json: JSONObject.array(certificate.names))
    object.add("pin", "sha256//" + certificate.pin)
    object.add("days-left", number: certificate.daysLeft)
  }
}
