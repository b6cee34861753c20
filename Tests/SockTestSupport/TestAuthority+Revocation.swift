extension TestAuthority {
  /// Revokes a certificate that it has issued.
  package func revoke(_ pair: Pair) throws {
    try Self.run(
      [
        "ca", "-config", directory("ca.conf"), "-cert", own.certificate, "-keyfile", own.key, "-revoke",
        pair.certificate,
      ])
  }

  /// Writes its list of revoked certificates.
  package func revocationList(
    from: String = "20240101000000Z", to: String = "20990101000000Z"
  ) throws -> String {
    let file = directory("\(from)-\(to).crl")
    try Self.run(
      ["ca", "-config", directory("ca.conf"), "-cert", own.certificate, "-keyfile", own.key, "-gencrl"]
        + ["-crl_lastupdate", from, "-crl_nextupdate", to, "-out", file])
    return file
  }

  /// Writes an answer of OCSP about a certificate, in DER.
  ///
  /// - Parameter signer: who signs it; nil for this authority.
  package func status(of pair: Pair, signedBy signer: Pair? = nil, index: String? = nil) throws -> String {
    let (request, file) = (pair.certificate + ".request", pair.certificate + ".status")
    let signer = signer ?? own
    try Self.run(["ocsp", "-issuer", own.certificate, "-cert", pair.certificate, "-no_nonce", "-reqout", request])
    try Self.run(
      ["ocsp", "-index", index ?? directory("index"), "-CA", own.certificate, "-rsigner", signer.certificate]
        + ["-rkey", signer.key, "-reqin", request, "-respout", file, "-ndays", "2"])
    return file
  }
}
