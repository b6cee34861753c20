internal import COpenSSL

/// Why a handshake or a session failed, in one sentence.
struct TLSFailureDescription {
  let errors: [TLSLibrary.Failure]
  /// Why the peer's certificate is not trusted; nil if it is, or has not come.
  let refusal: String?
  /// The first bytes that the peer sent.
  let beginning: [UInt8]
  let role: TLSRole
  /// `TLS` or `DTLS`.
  var protocolName = "TLS"
  /// The name of the pre-shared key that was used, empty if none was; nil if there is none to use.
  var presharedIdentity: String?

  /// The failure of a handshake.
  var ofHandshake: StreamFailure {
    if let refusal { return StreamFailure(.peerProtocol, "is not trusted: \(refusal)") }
    if let ofPlainText { return ofPlainText }
    return StreamFailure(
      .peerProtocol, reason.map { "\($0)" } ?? "has broken the handshake of \(protocolName): \(words)")
  }

  /// The failure of a session after its handshake.
  var ofSession: StreamFailure {
    StreamFailure(.peerProtocol, reason ?? "has broken \(protocolName): \(words)")
  }

  private var words: String { errors.first?.text ?? "no reason is given" }

  /// The failure of a peer that does not speak TLS; nil if its first bytes may be those of a record.
  var ofPlainText: StreamFailure? {
    TLSPlainText(beginning: beginning, role: role).sentence.map {
      StreamFailure(.peerProtocol, "does not speak \(protocolName): \($0)")
    }
  }

  /// The sentence for the first error that has one.
  private var reason: String? {
    for error in errors where error.library == ERR_LIB_SSL {
      if let sentence = sentence(error) { return sentence }
    }
    return nil
  }

  private func sentence(_ error: TLSLibrary.Failure) -> String? {
    if error.reason > SSL_AD_REASON_OFFSET { return alert(error.reason - SSL_AD_REASON_OFFSET) }
    if let presharedIdentity, let sentence = sentence(error.reason, ofKey: presharedIdentity) { return sentence }
    switch error.reason {
    case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_CIPHERS_AVAILABLE, SSL_R_WRONG_CIPHER_RETURNED,
      SSL_R_UNKNOWN_CIPHER_RETURNED:
      return "has no cipher in common with us"
    case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_VERSION_TOO_HIGH, SSL_R_UNKNOWN_PROTOCOL,
      SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_WRONG_SSL_VERSION:
      return "has no version of \(protocolName) in common with us"
    case SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS, SSL_R_BAD_KEY_SHARE:
      return "has no group for the key exchange in common with us"
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_WRONG_SIGNATURE_TYPE:
      return "has no signature algorithm in common with us"
    case SSL_R_NO_APPLICATION_PROTOCOL: return "has no application protocol (ALPN) in common with us"
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return "is not trusted: it has sent no certificate, and must"
    case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST:
      return "has sent something that is not \(protocolName)"
    case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC, SSL_R_BAD_RECORD_TYPE, SSL_R_DATA_LENGTH_TOO_LONG,
      SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_ENCRYPTED_LENGTH_TOO_LONG, SSL_R_RECORD_LENGTH_MISMATCH:
      return "has sent a record that was damaged or forged on its way: \(error.text)"
    case SSL_R_EE_KEY_TOO_SMALL, SSL_R_CA_KEY_TOO_SMALL, SSL_R_DH_KEY_TOO_SMALL:
      return "is not trusted: its key is too weak"
    case SSL_R_CA_MD_TOO_WEAK: return "is not trusted: its certificate is signed with a digest that is too weak"
    default: return nil
    }
  }

  /// The sentence for a reason that means another key where there are pre-shared keys.
  private func sentence(_ reason: CInt, ofKey identity: String) -> String? {
    switch reason {
    case SSL_R_BINDER_DOES_NOT_VERIFY, SSL_R_DIGEST_CHECK_FAILED, SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC,
      SSL_R_BAD_PSK:
      return "is not trusted: its pre-shared key '\(identity)' is another one"
    case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_CERTIFICATE_SET,
      SSL_R_NO_SUITABLE_KEY_SHARE:
      return "is not trusted: it has not used a pre-shared key, and must"
    default: return nil
    }
  }

  /// The meaning of an alert where there is a pre-shared key, if it is another one than without.
  private static func alertAboutKey(_ number: CInt) -> String? {
    switch number {
    case SSL_AD_BAD_RECORD_MAC: "bad_record_mac: by this name it has another pre-shared key"
    case SSL_AD_DECRYPT_ERROR: "decrypt_error: by this name it has another pre-shared key"
    case SSL_AD_ILLEGAL_PARAMETER: "illegal_parameter: by this name it has another pre-shared key"
    case SSL_AD_HANDSHAKE_FAILURE: "handshake_failure: it does not know our pre-shared key, or has no cipher in common"
    default: nil
    }
  }

  /// What the peer says with an alert (RFC 8446, section 6).
  private func alert(_ number: CInt) -> String {
    if presharedIdentity != nil, let meaning = Self.alertAboutKey(number) {
      return "refuses us with the alert \(meaning)"
    }
    let meaning: (name: String, sentence: String) =
      switch number {
      case SSL_AD_HANDSHAKE_FAILURE:
        ("handshake_failure", "no cipher, group or signature in common, or it wants a certificate")
      case SSL_AD_PROTOCOL_VERSION: ("protocol_version", "no version of TLS in common")
      case SSL_AD_INSUFFICIENT_SECURITY: ("insufficient_security", "it wants stronger ciphers or keys")
      case SSL_AD_NO_CERTIFICATE: ("no_certificate", "it has none")
      case SSL_AD_BAD_CERTIFICATE: ("bad_certificate", "it does not accept our certificate")
      case SSL_AD_UNSUPPORTED_CERTIFICATE: ("unsupported_certificate", "it cannot use our certificate")
      case SSL_AD_CERTIFICATE_REVOKED: ("certificate_revoked", "our certificate is revoked")
      case SSL_AD_CERTIFICATE_EXPIRED: ("certificate_expired", "our certificate has expired")
      case SSL_AD_CERTIFICATE_UNKNOWN: ("certificate_unknown", "it does not accept our certificate")
      case SSL_AD_UNKNOWN_CA: ("unknown_ca", "it does not know the authority of our certificate")
      case SSL_AD_ACCESS_DENIED: ("access_denied", "it trusts our certificate, and does not let us in")
      case SSL_AD_DECRYPT_ERROR: ("decrypt_error", "a signature of ours does not match")
      case SSL_AD_BAD_RECORD_MAC: ("bad_record_mac", "a record of ours has been damaged on its way")
      case SSL_AD_UNRECOGNIZED_NAME: ("unrecognized_name", "it does not know the name that we asked for")
      case SSL_AD_CERTIFICATE_REQUIRED: ("certificate_required", "it wants a certificate from us")
      case SSL_AD_NO_APPLICATION_PROTOCOL: ("no_application_protocol", "no application protocol (ALPN) in common")
      case SSL_AD_UNKNOWN_PSK_IDENTITY: ("unknown_psk_identity", "it does not know our key")
      case SSL_AD_ILLEGAL_PARAMETER: ("illegal_parameter", "what we sent does not fit together")
      case SSL_AD_INTERNAL_ERROR: ("internal_error", "it has a fault")
      case SSL_AD_DECODE_ERROR: ("decode_error", "it cannot read what we sent")
      case SSL_AD_UNEXPECTED_MESSAGE: ("unexpected_message", "it did not expect what we sent")
      case SSL_AD_USER_CANCELLED: ("user_canceled", "its user has given up")
      case SSL_AD_BAD_CERTIFICATE_STATUS_RESPONSE:
        (
          "bad_certificate_status_response",
          "it demands an answer about our certificate (OCSP), or does not accept ours"
        )
      case SSL_AD_CERTIFICATE_UNOBTAINABLE: ("certificate_unobtainable", "it cannot get our certificate")
      case SSL_AD_MISSING_EXTENSION: ("missing_extension", "it misses something in what we sent")
      case SSL_AD_UNSUPPORTED_EXTENSION: ("unsupported_extension", "it did not ask for something that we sent")
      case SSL_AD_INAPPROPRIATE_FALLBACK: ("inappropriate_fallback", "it has a newer version of the protocol")
      case SSL_AD_NO_RENEGOTIATION: ("no_renegotiation", "it does not negotiate anew")
      case SSL_AD_RECORD_OVERFLOW: ("record_overflow", "a record of ours is too long")
      default: ("\(number)", "")
      }
    return "refuses us with the alert \(meaning.name)" + (meaning.sentence.isEmpty ? "" : ": \(meaning.sentence)")
  }
}
