internal import COpenSSL
import Glibc
import Sockets

/// A certificate (X.509, RFC 5280).
final class TLSCertificate {
  private let library: TLSLibrary
  let pointer: OpaquePointer

  /// Keeps a certificate of OpenSSL's.
  init(_ certificate: OpaquePointer, _ library: TLSLibrary) {
    self.library = library
    pointer = certificate
    _ = library.crypto.pointee.X509_up_ref(certificate)
  }

  /// Takes ownership of a certificate.
  init(taking certificate: OpaquePointer, _ library: TLSLibrary) {
    self.library = library
    pointer = certificate
  }

  deinit { library.crypto.pointee.X509_free(pointer) }

  var facts: TLSCertificateFacts {
    let validity = validity
    return TLSCertificateFacts(
      subject: subject, issuer: issuer, commonName: commonName, names: names, pin: pin, validity: validity,
      daysLeft: Self.days(validity.upperBound - time(nil)))
  }

  var subject: String { text(library.crypto.pointee.X509_get_subject_name(pointer)) }
  var issuer: String { text(library.crypto.pointee.X509_get_issuer_name(pointer)) }

  /// Whole days, rounded down.
  private static func days(_ seconds: Int) -> Int { seconds >= 0 ? seconds / 86_400 : (seconds + 1) / 86_400 - 1 }

  /// The SHA-256 of the key (SubjectPublicKeyInfo), in Base64: what curl calls a pinned public key, and RFC 7469 a pin.
  var pin: String {
    let crypto = library.crypto.pointee
    guard let key = crypto.X509_get_X509_PUBKEY(pointer) else { return "" }
    var encoded: UnsafeMutablePointer<UInt8>?
    let count = crypto.i2d_X509_PUBKEY(key, &encoded)
    guard count > 0, let encoded else { return "" }
    defer { openssl_free(encoded) }
    return library.sha256(UnsafeRawBufferPointer(start: encoded, count: Int(count))) ?? ""
  }

  /// The names that the peer may have: those of the extension subjectAltName. The common name is no name (RFC 9525).
  var names: [String] {
    guard let found = library.crypto.pointee.X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else {
      return []
    }
    let list = OpaquePointer(found)
    defer { library.crypto.pointee.GENERAL_NAMES_free(list) }
    return (0..<openssl_name_count(list)).compactMap { index in
      var type: CInt = 0
      var count = 0
      guard let bytes = openssl_name(list, index, &type, &count) else { return nil }
      let buffer = UnsafeRawBufferPointer(start: bytes, count: count)
      return type == GEN_IPADD ? Self.address(buffer) : String(decoding: buffer, as: UTF8.self)
    }
  }

  /// The common name of its subject; nil if it has none, or several.
  var commonName: String? {
    let crypto = library.crypto.pointee
    guard let subject = crypto.X509_get_subject_name(pointer) else { return nil }
    let index = crypto.X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
    guard index >= 0, crypto.X509_NAME_get_index_by_NID(subject, NID_commonName, index) < 0,
      let data = crypto.X509_NAME_ENTRY_get_data(crypto.X509_NAME_get_entry(subject, index))
    else { return nil }
    var text: UnsafeMutablePointer<UInt8>?
    let count = crypto.ASN1_STRING_to_UTF8(&text, data)
    guard count >= 0, let text else { return nil }
    defer { openssl_free(text) }
    return String(decoding: UnsafeRawBufferPointer(start: text, count: Int(count)), as: UTF8.self)
  }

  private static func address(_ bytes: UnsafeRawBufferPointer) -> String? {
    func number(_ part: Range<Int>) -> UInt64 { bytes[part].reduce(0) { $0 << 8 | UInt64($1) } }
    switch bytes.count {
    case 4: return IPv4Address(number: UInt32(number(0..<4))).description
    case 16: return IPv6Address(high: number(0..<8), low: number(8..<16)).description
    default: return nil
    }
  }

  private var validity: ClosedRange<Int> {
    let crypto = library.crypto.pointee
    let (first, last) = (seconds(crypto.X509_get0_notBefore(pointer)), seconds(crypto.X509_get0_notAfter(pointer)))
    return first...max(first, last)
  }

  private func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int {
    var parts = tm()
    guard let time, library.crypto.pointee.ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
    return timegm(&parts)
  }

  private func text(_ name: OpaquePointer?) -> String {
    library.text { openssl_print_name($0, name) > 0 } ?? ""
  }

  /// The certificate in PEM.
  var armored: String { library.text { library.crypto.pointee.PEM_write_bio_X509($0, pointer) == 1 } ?? "" }
}

extension TLSLibrary {
  /// The hash of some bytes, in Base64.
  func sha256(_ bytes: UnsafeRawBufferPointer) -> String? {
    guard let context = crypto.pointee.EVP_MD_CTX_new() else { return nil }
    defer { crypto.pointee.EVP_MD_CTX_free(context) }
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: CUnsignedInt = 0
    guard crypto.pointee.EVP_DigestInit_ex(context, crypto.pointee.EVP_sha256(), nil) == 1,
      crypto.pointee.EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1,
      crypto.pointee.EVP_DigestFinal_ex(context, &digest, &count) == 1
    else { return nil }
    var text = [UInt8](repeating: 0, count: Int(count) * 2)
    let length = crypto.pointee.EVP_EncodeBlock(&text, digest, CInt(count))
    return String(decoding: text.prefix(Int(length)), as: UTF8.self)
  }

  /// What a function of OpenSSL's prints; nil if it fails.
  func text(_ print: (OpaquePointer) -> Bool) -> String? {
    guard let memory = crypto.pointee.BIO_new(crypto.pointee.BIO_s_mem()) else { return nil }
    defer { _ = crypto.pointee.BIO_free(memory) }
    guard print(memory) else { return nil }
    var start: UnsafeMutablePointer<CChar>?
    let count = openssl_memory(memory, &start)
    guard let start, count > 0 else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }
}

/// The text of a moment, as in the sentences about dates: `2026-11-30 11:06 UTC`.
func describe(secondsSince1970 seconds: Int) -> String {
  var moment = time_t(seconds)
  var parts = tm()
  gmtime_r(&moment, &parts)
  func digits(_ number: CInt) -> String { String(String(100 + number).dropFirst()) }
  return "\(parts.tm_year + 1900)-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
    + " \(digits(parts.tm_hour)):\(digits(parts.tm_min)) UTC"
}
