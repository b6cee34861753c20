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
  /// The certificate that was made because a server needs one and the user gave none.
  package private(set) var ownCertificate: TLSCertificateFacts?
  /// What a server chooses a protocol from. OpenSSL keeps a pointer to it.
  private var protocols: UnsafeMutablePointer<openssl_protocols>?
  /// Sessions of DTLS that have begun before their connection was accepted.
  var begun: [ObjectIdentifier: DTLSClient] = [:]

  /// - Throws: a whole sentence that names the setting that is wrong.
  package init(_ settings: TLSSettings, _ role: TLSRole) throws(StreamFailure) {
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
    openssl_set_defaults(pointer)
    try setProtocol()
    try loadCertificates()
    if role == .server, settings.certificates.isEmpty {
      ownCertificate = try TLSIdentity.make(
        for: pointer, names: ["DNS:localhost", "IP:127.0.0.1", "IP:::1"], library)
    }
    try setTrust()
    if let log = settings.keyLog { try setKeyLog(log) }
  }

  isolated deinit {
    library.ssl.pointee.SSL_CTX_free(pointer)
    guard let protocols else { return }
    protocols.pointee.list.deallocate()
    protocols.deallocate()
  }

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
    try TLSKeyLog.open(path)
    library.ssl.pointee.SSL_CTX_set_keylog_callback(pointer, TLSKeyLog.callback)
  }

  // MARK: Certificates

  /// Loads each certificate with its chain and its key. An RSA and an ECDSA pair may stand side by side.
  private func loadCertificates() throws(StreamFailure) {
    if settings.certificates.isEmpty { return }
    // OpenSSL asks for a pass phrase at the terminal unless it has one. Without a terminal it would read our input.
    if let password = settings.keyPassword ?? (hasTerminal ? nil : "") {
      keyPassword = Array(password.utf8CString)
      keyPassword.withUnsafeMutableBytes {
        library.ssl.pointee.SSL_CTX_set_default_passwd_cb_userdata(pointer, $0.baseAddress)
        load()
      }
      library.ssl.pointee.SSL_CTX_set_default_passwd_cb_userdata(pointer, nil)
    } else {
      load()
    }
    if let failure = loadFailure { throw failure }
  }
  private var hasTerminal: Bool { (try? OwnedDescriptor.open("/dev/tty", O_RDWR))?.borrowed.isTerminal == true }
  private var keyPassword: [CChar] = []
  private var loadFailure: StreamFailure?

  private func load() {
    for (index, certificate) in settings.certificates.enumerated() {
      let key = index < settings.keys.count ? settings.keys[index] : certificate
      if library.ssl.pointee.SSL_CTX_use_certificate_chain_file(pointer, certificate) != 1 {
        loadFailure = refused("--tls-cert \(certificate)")
      } else if library.ssl.pointee.SSL_CTX_use_PrivateKey_file(pointer, key, SSL_FILETYPE_PEM) != 1 {
        loadFailure = refused(index < settings.keys.count ? "--tls-key \(key)" : "--tls-cert \(key): its key")
      } else {
        continue
      }
      return
    }
  }

  // MARK: Trust

  private func setTrust() throws(StreamFailure) {
    let ssl = library.ssl
    let authorities = role == .client ? settings.trust : settings.clientTrust
    for path in authorities { try trust(path) }
    guard role == .client || !authorities.isEmpty || !settings.pins.isEmpty else { return }
    if role == .client, authorities.isEmpty, settings.verifies, settings.pins.isEmpty { openssl_trust_system(pointer) }
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

  private func isDirectory(_ path: String) -> Bool {
    FileSystem.status(of: Array(path.utf8CString), followsLink: true).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
  }

  private func refused(_ what: String) -> StreamFailure {
    let errors = library.takeErrors()
    // For a file that is missing, the system's own words are in the queue, too.
    let text = errors.first { $0.library == ERR_LIB_SYS }?.text ?? errors.first?.text
    return StreamFailure(.settings, "\(what): \(text ?? "OpenSSL refuses it")")
  }
}
