internal import COpenSSL
import Glibc

/// The answer of OCSP (RFC 6960) that a server sends along with its certificate: `--tls-ocsp`.
struct TLSStapledStatus {
  let library: TLSLibrary
  /// How far the clocks of a responder and of this machine may differ.
  private static let tolerance = 300

  /// Why the answer that came in a handshake does not vouch for the server; nil if it does.
  func objection(in session: OpaquePointer) -> String? {
    defer { library.crypto.pointee.ERR_clear_error() }
    var bytes: UnsafePointer<UInt8>?
    let count = openssl_status(session, &bytes)
    guard count > 0, bytes != nil else { return "it has sent no answer of OCSP with its certificate, and must" }
    let crypto = library.crypto.pointee
    guard let response = crypto.d2i_OCSP_RESPONSE(nil, &bytes, count) else {
      return "the answer of OCSP that it has sent cannot be read"
    }
    defer { crypto.OCSP_RESPONSE_free(response) }
    let status = crypto.OCSP_response_status(response)
    guard status == OCSP_RESPONSE_STATUS_SUCCESSFUL, let basic = crypto.OCSP_response_get1_basic(response) else {
      return "the answer of OCSP that it has sent is an error: \(Self.meaning(ofError: status))"
    }
    defer { crypto.OCSP_BASICRESP_free(basic) }
    return objection(to: basic, in: session)
  }

  private static func meaning(ofError status: CInt) -> String {
    switch status {
    case OCSP_RESPONSE_STATUS_MALFORMEDREQUEST: "malformed request"
    case OCSP_RESPONSE_STATUS_INTERNALERROR: "internal error"
    case OCSP_RESPONSE_STATUS_TRYLATER: "try later"
    case OCSP_RESPONSE_STATUS_SIGREQUIRED: "a signed request is required"
    case OCSP_RESPONSE_STATUS_UNAUTHORIZED: "unauthorized"
    default: "\(status)"
    }
  }

  private func objection(to answer: OpaquePointer, in session: OpaquePointer) -> String? {
    let (crypto, ssl) = (library.crypto.pointee, library.ssl.pointee)
    guard let chain = ssl.SSL_get0_verified_chain(session),
      let own = crypto.OPENSSL_sk_value(chain, 0).map({ OpaquePointer($0) }),
      let issuer = crypto.OPENSSL_sk_value(chain, crypto.OPENSSL_sk_num(chain) > 1 ? 1 : 0).map({ OpaquePointer($0) })
    else { return "the issuer of its certificate is unknown, whose answer of OCSP would be needed" }
    let store = ssl.SSL_CTX_get_cert_store(ssl.SSL_get_SSL_CTX(session))
    guard crypto.OCSP_basic_verify(answer, chain, store, 0) == 1 else {
      return "the answer of OCSP that it has sent is not signed by the issuer of its certificate, or by somebody on its"
        + " behalf: \(library.takeReason())"
    }
    guard let identifier = crypto.OCSP_cert_to_id(nil, own, issuer) else {
      return "its certificate has no serial number"
    }
    defer { crypto.OCSP_CERTID_free(identifier) }
    return verdict(of: answer, on: identifier, TLSCertificate(own, library))
  }

  private func verdict(
    of answer: OpaquePointer, on identifier: OpaquePointer, _ certificate: TLSCertificate
  ) -> String? {
    let crypto = library.crypto.pointee
    let which = "its certificate (\(certificate.subject))"
    var (status, reason): (CInt, CInt) = (0, 0)
    var revoked, from, until: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
    guard crypto.OCSP_resp_find_status(answer, identifier, &status, &reason, &revoked, &from, &until) == 1 else {
      return "the answer of OCSP that it has sent is about another certificate"
    }
    guard crypto.OCSP_check_validity(from, until, Self.tolerance, -1) == 1 else { return age(from, until) }
    switch status {
    case V_OCSP_CERTSTATUS_GOOD: return nil
    case V_OCSP_CERTSTATUS_REVOKED:
      let cause = reason < 0 ? nil : crypto.OCSP_crl_reason_str(Int(reason)).map { String(cString: $0) }
      return "\(which) was revoked by its issuer (\(certificate.issuer))\(moment(revoked).map { " on \($0)" } ?? "")"
        + (cause.map { ": \($0)" } ?? "")
    default: return "\(which) is unknown to its issuer (\(certificate.issuer))"
    }
  }

  /// What is wrong with the times of an answer.
  private func age(
    _ from: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?, _ until: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
  ) -> String {
    let seconds = until.map { library.seconds($0) } ?? .max
    if seconds < time(nil) {
      return "the answer of OCSP that it has sent expired on \(describe(secondsSince1970: seconds))"
    }
    return "the answer of OCSP that it has sent is not valid before \(moment(from) ?? "some time in the future")"
  }

  private func moment(_ time: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?) -> String? {
    time.map { describe(secondsSince1970: library.seconds($0)) }
  }

  /// For `SSL_CTX_set_tlsext_status_cb(3)`, on a client.
  static let callback: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> CInt = { session, _ in
    guard let session, let verification = TLSVerification.of(session) else { return 0 }
    guard let objection = TLSStapledStatus(library: verification.library).objection(in: session) else { return 1 }
    verification.refuse(objection)
    return 0
  }
}
