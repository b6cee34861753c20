internal import COpenSSL

/// A key and a certificate for it that were made for this run: they vouch for nothing, so a client pins the key.
enum TLSIdentity {
  /// How long it is valid: about as long as that of a public authority.
  private static let lifetime = 397 * 86_400

  /// Makes a P-256 key and a self-signed certificate. RSA would take a tenth of a second.
  static func make(names: [String], _ library: TLSLibrary) throws(StreamFailure) -> TLSKeyPair {
    let crypto = library.crypto.pointee
    guard let made = crypto.X509_new() else { throw failure(library) }
    let certificate = TLSCertificate(taking: made, library)
    guard let key = openssl_make_key() else { throw failure(library) }
    let pair = TLSKeyPair(certificate, key: key, files: nil, library)
    // Clocks differ, so it is valid since yesterday.
    guard crypto.X509_set_version(certificate.pointer, 2) == 1,
      crypto.ASN1_INTEGER_set_uint64(
        crypto.X509_get_serialNumber(certificate.pointer), UInt64.random(in: 1...UInt64(Int64.max))) == 1,
      crypto.X509_gmtime_adj(crypto.X509_getm_notBefore(certificate.pointer), -86_400) != nil,
      crypto.X509_gmtime_adj(crypto.X509_getm_notAfter(certificate.pointer), lifetime) != nil,
      crypto.X509_set_pubkey(certificate.pointer, key) == 1,
      setName(certificate.pointer, crypto),
      add(NID_subject_alt_name, names.joined(separator: ","), to: certificate.pointer, crypto),
      add(NID_ext_key_usage, "serverAuth,clientAuth", to: certificate.pointer, crypto),
      crypto.X509_sign(certificate.pointer, key, crypto.EVP_sha256()) > 0
    else { throw failure(library) }
    return pair
  }

  private static func setName(_ certificate: OpaquePointer, _ crypto: openssl_crypto) -> Bool {
    let name = crypto.X509_get_subject_name(certificate)
    // MBSTRING_UTF8
    return crypto.X509_NAME_add_entry_by_txt(name, "CN", 0x1000, "sock", -1, -1, 0) == 1
      && crypto.X509_set_issuer_name(certificate, name) == 1
  }

  private static func add(_ kind: CInt, _ text: String, to certificate: OpaquePointer, _ crypto: openssl_crypto) -> Bool
  {
    guard let made = crypto.X509V3_EXT_conf_nid(nil, nil, kind, text) else { return false }
    defer { crypto.X509_EXTENSION_free(made) }
    return crypto.X509_add_ext(certificate, made, -1) == 1
  }

  private static func failure(_ library: TLSLibrary) -> StreamFailure {
    StreamFailure(.notSupported, "cannot make a certificate for TLS: \(library.takeReason())")
  }
}
