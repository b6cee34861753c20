internal import COpenSSL
import Glibc
import SocketLoop
import Sockets

/// The settings of all sessions of a run in one role, as OpenSSL wants them (`SSL_CTX`).
@LoopActor
package final class TLSContext {
  let library: TLSLibrary
  let pointer: OpaquePointer
  package let settings: TLSSettings
  package let role: TLSRole
  /// The pair that was made because a server needs one and the user gave none.
  private var made: TLSKeyPair?
  /// OpenSSL keeps a pointer to it.
  private var identities: TLSIdentities?
  /// The answers of OCSP of a server. OpenSSL keeps a pointer to it.
  private var staples: TLSStaples?
  /// What keeps the session of a client. OpenSSL keeps a pointer to it.
  let sessionFile: TLSSessionFile?
  /// What a server chooses a protocol from. OpenSSL keeps a pointer to it.
  private var protocols: UnsafeMutablePointer<openssl_protocols>?
  /// Sessions of DTLS that have begun before their connection was accepted.
  var begun: [ObjectIdentifier: DTLSClient] = [:]

  /// - Parameter previous: a context whose files are read again, and whose certificate is kept if it was made.
  /// - Throws: a whole sentence that names the setting that is wrong.
  package init(
    _ settings: TLSSettings, _ role: TLSRole, replacing previous: TLSContext? = nil
  ) throws(StreamFailure) {
    if previous != nil { try Self.checkFiles(of: settings) }
    library = try TLSLibrary()
    guard
      let pointer = library.ssl.pointee.SSL_CTX_new(
        settings.isOverDatagrams ? library.ssl.pointee.DTLS_method() : library.ssl.pointee.TLS_method())
    else {
      throw StreamFailure(.notSupported, "OpenSSL cannot be set up: \(library.takeReason())")
    }
    self.pointer = pointer
    self.settings = settings
    self.role = role
    sessionFile = settings.sessionFile.map { [library] in TLSSessionFile($0, settings, library) }
    openssl_set_defaults(pointer)
    try setProtocol()
    try loadIdentities(previous?.made)
    try setTrust()
    try setRevocation()
    sessionFile?.keepSessions(of: pointer)
    if let log = settings.keyLog { try setKeyLog(log) }
  }

  /// Tells the user what is not worth failing for.
  package func setWarning(_ warn: @escaping (String) -> Void) { sessionFile?.warn = warn }

  isolated deinit {
    library.ssl.pointee.SSL_CTX_free(pointer)
    guard let protocols else { return }
    protocols.pointee.list.deallocate()
    protocols.deallocate()
  }

  /// The certificate that was made for this run; nil if the user gave one.
  package var ownCertificate: TLSCertificateFacts? { made?.certificate.facts }

  // MARK: The protocol

  private func setProtocol() throws(StreamFailure) {
    if let versions = settings.versions {
      let set = settings.isOverDatagrams ? openssl_set_datagram_versions : openssl_set_versions
      guard set(pointer, versions.lowerBound.rawValue, versions.upperBound.rawValue) == 1 else {
        throw refused("--tls-version")
      }
      // By default Debian's OpenSSL has no key exchange and no signature for versions before 1.2.
      if versions.lowerBound < .tls12, settings.ciphers == nil {
        _ = library.ssl.pointee.SSL_CTX_set_cipher_list(pointer, "DEFAULT:@SECLEVEL=0")
      }
    }
    if let ciphers = settings.ciphers { try setCiphers(ciphers) }
    if !settings.presharedKeys.isEmpty {
      let names = settings.presharedKeys.map(\.identity)
      guard Set(names).count == names.count, role == .server || names.count == 1 else {
        throw StreamFailure(
          .settings,
          role == .server
            ? "--tls-psk: there are two keys with the same name"
            : "--tls-psk: a client has one key: leave the others out")
      }
      if settings.ciphers == nil { try setCiphers(Self.presharedCiphers) }
      usePresharedKeys()
    }
    if settings.maximumEarlyData > 0 {
      _ = library.ssl.pointee.SSL_CTX_set_max_early_data(pointer, UInt32(settings.maximumEarlyData))
      _ = library.ssl.pointee.SSL_CTX_set_recv_max_early_data(pointer, UInt32(settings.maximumEarlyData))
    }
    if let groups = settings.groups, openssl_set_groups(pointer, groups) != 1 {
      throw refused("--tls-groups \(groups)")
    }
    if !settings.protocols.isEmpty { setProtocols() }
    if settings.isOverDatagrams {
      if settings.versions == nil { _ = openssl_set_datagram_versions(pointer, TLSSettings.Version.tls12.rawValue, 0) }
      if role == .server { DTLSCookies.set(for: self) }
    }
    if role == .server { _ = library.ssl.pointee.SSL_CTX_set_session_id_context(pointer, "sock", 4) }
  }

  /// The suites of TLS 1.3 have names of their own form, and a function of their own.
  private func setCiphers(_ text: String) throws(StreamFailure) {
    let names = text.split(whereSeparator: { $0 == ":" || $0 == "," })
    let suites = names.filter { $0.hasPrefix("TLS_") }
    let others = names.filter { !$0.hasPrefix("TLS_") }
    if !suites.isEmpty,
      library.ssl.pointee.SSL_CTX_set_ciphersuites(pointer, suites.joined(separator: ":")) != 1
    {
      throw refused("--tls-ciphers \(text)")
    }
    if !others.isEmpty, library.ssl.pointee.SSL_CTX_set_cipher_list(pointer, others.joined(separator: ":")) != 1 {
      throw refused("--tls-ciphers \(text)")
    }
  }

  private func setProtocols() {
    let list = settings.protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    if role == .client {
      _ = library.ssl.pointee.SSL_CTX_set_alpn_protos(pointer, list, CUnsignedInt(list.count))
    } else {
      let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: list.count)
      copy.initialize(from: list, count: list.count)
      let made = UnsafeMutablePointer<openssl_protocols>.allocate(capacity: 1)
      made.initialize(to: openssl_protocols(list: copy, count: CUnsignedInt(list.count)))
      protocols = made
      openssl_choose_protocol(pointer, made)
    }
  }

  private func setKeyLog(_ path: String) throws(StreamFailure) {
    try TLSKeyLog.open(path, from: settings.keyLogOrigin)
    library.ssl.pointee.SSL_CTX_set_keylog_callback(pointer, TLSKeyLog.callback)
  }

  // MARK: Certificates

  /// Loads each certificate with its chain and its key; a server that has none makes one.
  private func loadIdentities(_ made: TLSKeyPair?) throws(StreamFailure) {
    var pairs: [TLSKeyPair] = []
    let reader = TLSKeyPairReader(library: library, password: settings.keyPassword)
    for (index, certificate) in settings.certificates.enumerated() {
      let key = index < settings.keys.count ? settings.keys[index] : nil
      pairs.append(try reader.read(TLSKeyPair.Files(certificate: certificate, key: key)))
    }
    if role == .server, pairs.isEmpty, settings.presharedKeys.isEmpty {
      self.made = made
      if made == nil { self.made = try TLSIdentity.make(names: ["DNS:localhost", "IP:127.0.0.1", "IP:::1"], library) }
      pairs = self.made.map { [$0] } ?? []
    }
    if pairs.isEmpty { return }
    let identities = try TLSIdentities(pairs, role, library)
    try identities.use(in: pointer)
    self.identities = identities
  }

  // MARK: Trust

  private func setTrust() throws(StreamFailure) {
    let ssl = library.ssl
    let authorities = role == .client ? settings.trust : settings.clientTrust
    for path in authorities { try trust(path) }
    guard role == .client || !authorities.isEmpty || !settings.pins.isEmpty else { return }
    if role == .client, authorities.isEmpty, settings.verifies, settings.pins.isEmpty, settings.presharedKeys.isEmpty {
      openssl_trust_system(pointer)
    }
    let mustHave = role == .server ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0
    ssl.pointee.SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | mustHave, TLSVerification.callback)
    // A client with several certificates chooses by these names.
    if role == .server, let file = authorities.first(where: { !isDirectory($0) }) {
      ssl.pointee.SSL_CTX_set_client_CA_list(pointer, ssl.pointee.SSL_load_client_CA_file(file))
    }
  }

  private func trust(_ path: String) throws(StreamFailure) {
    let option = role == .client ? "--tls-trust" : "--tls-client-trust"
    let done =
      isDirectory(path)
      ? library.ssl.pointee.SSL_CTX_load_verify_dir(pointer, path)
      : library.ssl.pointee.SSL_CTX_load_verify_file(pointer, path)
    if done != 1 { throw refused("\(option) \(path)") }
  }

  /// Sets what tells whether a certificate of the peer's has been revoked.
  private func setRevocation() throws(StreamFailure) {
    let (crypto, ssl) = (library.crypto.pointee, library.ssl.pointee)
    if !settings.revocationLists.isEmpty {
      // A pin alone decides, whatever its certificate says.
      if role == .server ? settings.clientTrust.isEmpty : !settings.pins.isEmpty && settings.trust.isEmpty {
        let option = role == .server ? "--tls-client-trust" : "--tls-trust"
        throw StreamFailure(.settings, "--tls-crl is about authorities that are trusted: add \(option) FILE")
      }
      let store = ssl.SSL_CTX_get_cert_store(pointer)
      guard let lookup = crypto.X509_STORE_add_lookup(store, crypto.X509_LOOKUP_file()) else {
        throw refused("--tls-crl")
      }
      for file in settings.revocationLists where crypto.X509_load_crl_file(lookup, file, X509_FILETYPE_PEM) < 1 {
        throw refused("--tls-crl \(file)")
      }
      _ = crypto.X509_STORE_set_flags(store, CUnsignedLong(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL))
    }
    if settings.demandsStatus {
      openssl_ask_status(pointer)
      openssl_set_status_callback(pointer, TLSStapledStatus.callback, nil)
    }
    if !settings.statusFiles.isEmpty {
      let staples = try TLSStaples(settings.statusFiles, for: identities, library)
      staples.use(in: pointer)
      self.staples = staples
    }
  }

  private func isDirectory(_ path: String) -> Bool { Self.isOfKind(S_IFDIR, path) == true }

  /// nil if there is no such file.
  private static func isOfKind(_ kind: mode_t, _ path: String) -> Bool? {
    FileSystem.status(of: Array(path.utf8CString), followsLink: true).map { $0.st_mode & S_IFMT == kind }
  }

  /// A pipe can be read once, and to open it again may take forever.
  private static func checkFiles(of settings: TLSSettings) throws(StreamFailure) {
    for file in settings.filesOfServer {
      guard isOfKind(S_IFREG, file) == false, isOfKind(S_IFDIR, file) == false else { continue }
      throw StreamFailure(.settings, "\(file) is no regular file, and can be read only once")
    }
  }

  private func refused(_ what: String) -> StreamFailure {
    let errors = library.takeErrors()
    // For a file that is missing, the system's own words are in the queue, too.
    let text = errors.first { $0.library == ERR_LIB_SYS }?.text ?? errors.first?.text
    return StreamFailure(.settings, "\(what): \(text ?? "OpenSSL refuses it")")
  }
}
