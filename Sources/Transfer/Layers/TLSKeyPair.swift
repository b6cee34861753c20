internal import COpenSSL
import Glibc
import Sockets

/// A certificate with the chain that leads to its authority, and its private key.
final class TLSKeyPair {
  /// The files that a pair is read from, as the user named them.
  struct Files: Hashable {
    let certificate: String
    /// nil if the key is in the certificate's file.
    let key: String?
  }

  private let library: TLSLibrary
  let certificate: TLSCertificate
  private let chain: [TLSCertificate]
  private let key: OpaquePointer
  /// nil if it was made for this run.
  let files: Files?
  /// The names of the certificate; its common name if it has no others.
  let names: [String]

  /// Takes ownership of the key.
  init(
    _ certificate: TLSCertificate, chain: [TLSCertificate] = [], key: OpaquePointer, files: Files?,
    _ library: TLSLibrary
  ) {
    self.library = library
    self.certificate = certificate
    self.chain = chain
    self.key = key
    self.files = files
    let names = certificate.names
    self.names = (names.isEmpty ? certificate.commonName.map { [$0] } ?? [] : names).map { $0.lowercased() }
  }

  deinit { library.crypto.pointee.EVP_PKEY_free(key) }

  /// The kind of key: a session uses one pair of each, of which the peer chooses.
  var kind: CInt { library.crypto.pointee.EVP_PKEY_get_base_id(key) }

  /// Whether both are for the same host, so that a client may be offered either.
  func sharesName(with other: TLSKeyPair) -> Bool {
    names.isEmpty && other.names.isEmpty || names.contains { other.names.contains($0) }
  }

  /// Whether the certificate is for a host.
  ///
  /// - Parameter wildcards: whether a name such as `*.example.org` stands for it, too.
  func isFor(_ host: String, wildcards: Bool) -> Bool {
    let flags = wildcards ? X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS : X509_CHECK_FLAG_NO_WILDCARDS
    return library.crypto.pointee.X509_check_host(certificate.pointer, host, host.utf8.count, CUnsignedInt(flags), nil)
      == 1
  }

  /// Gives it to all sessions of a context; false if OpenSSL refuses it.
  func use(in context: OpaquePointer) -> Bool {
    withChain { library.ssl.pointee.SSL_CTX_use_cert_and_key(context, certificate.pointer, key, $0, 1) == 1 }
  }

  /// Gives it to one session; false if OpenSSL refuses it.
  func use(inSession session: OpaquePointer) -> Bool {
    withChain { library.ssl.pointee.SSL_use_cert_and_key(session, certificate.pointer, key, $0, 1) == 1 }
  }

  /// OpenSSL takes its own references to the certificates.
  private func withChain(_ body: (OpaquePointer?) -> Bool) -> Bool {
    guard let list = library.crypto.pointee.OPENSSL_sk_new_null() else { return false }
    defer { library.crypto.pointee.OPENSSL_sk_free(list) }
    for link in chain { _ = library.crypto.pointee.OPENSSL_sk_push(list, UnsafeRawPointer(link.pointer)) }
    return body(list)
  }
}

/// Reads pairs of a certificate and a key from PEM files.
struct TLSKeyPairReader {
  let library: TLSLibrary
  /// The pass phrase of the keys; nil to be asked for it at the terminal.
  let password: String?

  func read(_ files: TLSKeyPair.Files) throws(StreamFailure) -> TLSKeyPair {
    let (certificate, chain) = try certificates(files.certificate)
    let key = try key(files)
    let pair = TLSKeyPair(certificate, chain: chain, key: key, files: files, library)
    guard library.crypto.pointee.X509_check_private_key(certificate.pointer, key) == 1 else {
      _ = library.takeErrors()
      throw StreamFailure(.settings, mismatch(files))
    }
    return pair
  }

  private func mismatch(_ files: TLSKeyPair.Files) -> String {
    guard let key = files.key else {
      return "--tls-cert \(files.certificate): the key in this file is not that of its first certificate"
    }
    return "--tls-key \(key): it is not the key of --tls-cert \(files.certificate), whose own must come first if the"
      + " file has a chain; with several, keys stand in the order of certificates"
  }

  private func certificates(_ file: String) throws(StreamFailure) -> (own: TLSCertificate, chain: [TLSCertificate]) {
    let (crypto, what) = (library.crypto.pointee, "--tls-cert \(file)")
    let input = try open(file, what)
    defer { _ = crypto.BIO_free(input) }
    guard let first = crypto.PEM_read_bio_X509_AUX(input, nil, nil, nil) else { throw failure(what, "certificate") }
    let own = TLSCertificate(taking: first, library)
    var chain: [TLSCertificate] = []
    while let next = crypto.PEM_read_bio_X509(input, nil, nil, nil) {
      chain.append(TLSCertificate(taking: next, library))
    }
    // The end of the file is an error, too.
    if let error = library.takeErrors().last, !error.isEndOfFile {
      throw StreamFailure(.settings, "\(what): \(error.text)")
    }
    return (own, chain)
  }

  private func key(_ files: TLSKeyPair.Files) throws(StreamFailure) -> OpaquePointer {
    let file = files.key ?? files.certificate
    let what = files.key == nil ? "--tls-cert \(file): its key" : "--tls-key \(file)"
    let input = try open(file, what)
    defer { _ = library.crypto.pointee.BIO_free(input) }
    // OpenSSL asks for a pass phrase at the terminal unless it has one. Without a terminal it would read our input.
    guard let password = password ?? (hasTerminal ? nil : "") else {
      guard let key = library.crypto.pointee.PEM_read_bio_PrivateKey(input, nil, nil, nil) else {
        throw failure(what, "private key")
      }
      return key
    }
    var text = Array(password.utf8CString)
    let key = text.withUnsafeMutableBytes {
      library.crypto.pointee.PEM_read_bio_PrivateKey(input, nil, nil, $0.baseAddress)
    }
    guard let key else { throw failure(what, "private key") }
    return key
  }

  private var hasTerminal: Bool { (try? OwnedDescriptor.open("/dev/tty", O_RDWR))?.borrowed.isTerminal == true }

  private func open(_ file: String, _ what: String) throws(StreamFailure) -> OpaquePointer {
    guard let input = library.crypto.pointee.BIO_new_file(file, "r") else { throw failure(what, "") }
    return input
  }

  private func failure(_ what: String, _ wanted: String) -> StreamFailure {
    let errors = library.takeErrors()
    if wanted == "private key", errors.contains(where: \.isWrongPassword) {
      let text = password == nil ? "it has a pass phrase: add --tls-key-password @FILE" : "the pass phrase is wrong"
      return StreamFailure(.settings, "\(what): \(text)")
    }
    if errors.last?.isEndOfFile == true || errors.first?.isNoKey == true {
      return StreamFailure(
        .settings,
        "\(what): there is no \(wanted) in it\(wanted == "private key" ? " that OpenSSL can read" : "")"
          + (wanted == "private key" && !what.hasPrefix("--tls-key") ? ": name its file with --tls-key" : ""))
    }
    // For a file that is missing, the system's own words are in the queue, too.
    let text = errors.first { $0.library == ERR_LIB_SYS }?.text ?? errors.first?.text
    return StreamFailure(.settings, "\(what): \(text ?? "OpenSSL refuses it")")
  }
}

extension TLSLibrary.Failure {
  /// Whether there is nothing more in a PEM file.
  fileprivate var isEndOfFile: Bool { library == ERR_LIB_PEM && reason == PEM_R_NO_START_LINE }

  /// Whether a key could not be decrypted.
  fileprivate var isWrongPassword: Bool {
    library == ERR_LIB_PEM && (reason == PEM_R_BAD_DECRYPT || reason == PEM_R_BAD_PASSWORD_READ)
      || library == ERR_LIB_PROV && reason == PROV_R_BAD_DECRYPT
      || library == ERR_LIB_EVP && reason == EVP_R_BAD_DECRYPT
  }

  /// Whether no decoder of keys found anything that it knows.
  fileprivate var isNoKey: Bool { library == ERR_LIB_OSSL_DECODER }
}
