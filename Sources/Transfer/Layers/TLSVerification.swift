internal import COpenSSL

/// Judges the peer's certificates during the handshake, and remembers why they are not trusted.
///
/// OpenSSL builds the chain and checks it, and asks here about each certificate and each error.
final class TLSVerification {
  let library: TLSLibrary
  let settings: TLSSettings
  private let role: TLSRole
  /// The name that the peer must have; nil for a client, whose name is not known before.
  let name: String?
  /// The first reason not to trust the peer: what follows `is not trusted: `.
  private(set) var refusal: String?
  /// Whether the peer was trusted only because the user wants no verification.
  private(set) var wasWaived = false
  private var isPinned: Bool?
  /// The pre-shared key that was offered, or asked for; nil if there was none.
  var presharedIdentity: String?

  init(_ library: TLSLibrary, _ settings: TLSSettings, _ role: TLSRole, name: String?) {
    self.library = library
    self.settings = settings
    self.role = role
    self.name = name
  }

  /// For `SSL_CTX_set_verify(3)`.
  static let callback: @convention(c) (CInt, OpaquePointer?) -> CInt = { isGood, store in
    guard let store, let crypto = OpenSSL.crypto, let ssl = OpenSSL.ssl,
      let session = crypto.pointee.X509_STORE_CTX_get_ex_data(
        store, ssl.pointee.SSL_get_ex_data_X509_STORE_CTX_idx()),
      let verification = of(OpaquePointer(session))
    else { return 0 }
    return verification.judge(isGood == 1, store) ? 1 : 0
  }

  /// That of a session of OpenSSL's, whose data it is.
  static func of(_ session: OpaquePointer?) -> TLSVerification? {
    guard let session, let data = OpenSSL.ssl?.pointee.SSL_get_ex_data(session, 0) else { return nil }
    return Unmanaged<TLSVerification>.fromOpaque(data).takeUnretainedValue()
  }

  /// Remembers why the peer is not trusted, unless there was a reason before.
  func refuse(_ reason: String) { refusal = refusal ?? reason }

  /// Whether to go on with the handshake.
  private func judge(_ isGood: Bool, _ store: OpaquePointer) -> Bool {
    let depth = Int(library.crypto.pointee.X509_STORE_CTX_get_error_depth(store))
    let reason =
      !settings.presharedKeys.isEmpty
      ? "it does not know the pre-shared key, and has sent a certificate instead"
      : isGood
        ? depth == 0 ? ownReason(store) : nil
        : isTrustedByPin(store) ? nil : sentence(library.crypto.pointee.X509_STORE_CTX_get_error(store), depth, store)
    guard let reason else { return true }
    guard settings.verifies else {
      wasWaived = true
      return true
    }
    refuse(reason)
    if isGood { library.crypto.pointee.X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION) }
    return false
  }

  private func certificate(_ store: OpaquePointer, isLeaf: Bool) -> OpaquePointer? {
    isLeaf
      ? library.crypto.pointee.X509_STORE_CTX_get0_cert(store)
      : library.crypto.pointee.X509_STORE_CTX_get_current_cert(store)
  }

  // MARK: Our own conditions

  /// Whether the user has named the peer's key, and nothing else has to be true.
  private func isTrustedByPin(_ store: OpaquePointer) -> Bool { trustsPinsAlone && hasPin(store) }

  /// Whether the pins alone decide whom to trust.
  private var trustsPinsAlone: Bool {
    !settings.pins.isEmpty && (role == .client ? settings.trust : settings.clientTrust).isEmpty
  }

  private func hasPin(_ store: OpaquePointer) -> Bool {
    if let isPinned { return isPinned }
    let found =
      certificate(store, isLeaf: true).map { settings.pins.contains(TLSCertificate($0, library).pin) } ?? false
    isPinned = found
    return found
  }

  /// Why a certificate that OpenSSL finds good is not good enough.
  private func ownReason(_ store: OpaquePointer) -> String? {
    guard let leaf = certificate(store, isLeaf: true) else { return nil }
    if !settings.pins.isEmpty, !hasPin(store) {
      return "its key is not the pinned one, but sha256//\(TLSCertificate(leaf, library).pin)"
    }
    guard settings.minimumDays > 0 else { return nil }
    let facts = TLSCertificate(leaf, library).facts
    guard facts.daysLeft < settings.minimumDays else { return nil }
    return "\(its) (\(facts.subject)) expires on \(describe(secondsSince1970: facts.validity.upperBound)),"
      + " in \(days(facts.daysLeft)), and \(days(settings.minimumDays)) are asked for"
  }

  private var its: String { "its certificate" }

  // MARK: Sentences

  private func days(_ count: Int) -> String { count == 1 ? "1 day" : "\(count) days" }

  private func sentence(_ code: CInt, _ depth: Int, _ store: OpaquePointer) -> String {
    if trustsPinsAlone, let leaf = certificate(store, isLeaf: true) {
      return "its key is not the pinned one, but sha256//\(TLSCertificate(leaf, library).pin)"
    }
    let isOfLeaf = depth == 0
    guard let current = certificate(store, isLeaf: isOfLeaf) else { return text(of: code) }
    if let reason = ofRevocationList(code, TLSCertificate(current, library).facts, store) { return reason }
    let certificate = TLSCertificate(current, library)
    let facts = certificate.facts
    let which = (isOfLeaf ? its : "a certificate of its chain") + " (\(facts.subject))"
    return Self.sentence(code, which, facts, isOfLeaf: isOfLeaf, name: name, role) ?? "\(which): \(text(of: code))"
  }

  /// What is wrong with the list that would tell whether a certificate has been revoked; nil for other errors.
  private func ofRevocationList(_ code: CInt, _ facts: TLSCertificateFacts, _ store: OpaquePointer) -> String? {
    let crypto = library.crypto.pointee
    let list = "the revocation list of \(facts.issuer)"
    let unknown = "so it is unknown whether its certificate (\(facts.subject)) has been revoked"
    switch code {
    case X509_V_ERR_UNABLE_TO_GET_CRL: return "there is no revocation list of \(facts.issuer), \(unknown)"
    case X509_V_ERR_CRL_HAS_EXPIRED:
      let until = crypto.X509_STORE_CTX_get0_current_crl(store).flatMap { crypto.X509_CRL_get0_nextUpdate($0) }
      return "\(list) is out of date since \(describe(secondsSince1970: library.seconds(until))), \(unknown)"
    case X509_V_ERR_CRL_NOT_YET_VALID:
      let from = crypto.X509_STORE_CTX_get0_current_crl(store).flatMap { crypto.X509_CRL_get0_lastUpdate($0) }
      return "\(list) is not valid before \(describe(secondsSince1970: library.seconds(from))), \(unknown)"
    case X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
      return "\(list) has a wrong signature, \(unknown)"
    default: return nil
    }
  }

  private func text(of code: CInt) -> String {
    library.crypto.pointee.X509_verify_cert_error_string(Int(code)).map { String(cString: $0) } ?? "error \(code)"
  }

  /// One sentence for each of the errors of `X509_STORE_CTX_get_error(3)` that a peer can cause; nil for the rest.
  private static func sentence(
    _ code: CInt, _ which: String, _ facts: TLSCertificateFacts, isOfLeaf: Bool, name: String?, _ role: TLSRole
  ) -> String? {
    switch code {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      "\(which) expired on \(describe(secondsSince1970: facts.validity.upperBound))"
    case X509_V_ERR_CERT_NOT_YET_VALID:
      "\(which) is not valid before \(describe(secondsSince1970: facts.validity.lowerBound))"
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH, X509_V_ERR_EMAIL_MISMATCH:
      "\(which) is for \(list(facts.names)), not for \(name ?? "the name that was asked for")"
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: "\(which) is self-signed"
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      "its chain ends with an authority that is unknown here (\(facts.subject))"
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
      X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
      isOfLeaf
        ? "\(which) is from an issuer that is unknown here and whose certificate it did not send (\(facts.issuer)):"
          + " either the authority is unknown, or the chain is incomplete"
        : "\(which) is from an issuer that is unknown here (\(facts.issuer))"
    case X509_V_ERR_CERT_REVOKED: "\(which) has been revoked by its issuer (\(facts.issuer))"
    case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL: "\(which) has a key that is too weak"
    case X509_V_ERR_CA_MD_TOO_WEAK: "\(which) is signed with a digest that is too weak"
    case X509_V_ERR_INVALID_PURPOSE:
      "\(which) is for another purpose than to be a \(role == .client ? "server" : "client")"
    case X509_V_ERR_INVALID_CA: "\(which) is used as that of an authority, and is none"
    case X509_V_ERR_PATH_LENGTH_EXCEEDED: "\(which) allows no chain as long as this one"
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      "\(which) has a wrong signature: it was changed, or another authority made it"
    case X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION:
      "\(which) has a name that its authority may not vouch for"
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION: "\(which) has a critical extension that is unknown here"
    default: nil
    }
  }

  private static func list(_ names: [String]) -> String {
    guard let last = names.last else { return "no host" }
    if names.count == 1 { return last }
    let shown = names.count > 6 ? names.prefix(5) + ["\(names.count - 5) more"] : names[...]
    return shown.dropLast().joined(separator: ", ") + " and " + (shown.last ?? "")
  }
}
