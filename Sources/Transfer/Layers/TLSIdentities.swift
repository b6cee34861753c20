internal import COpenSSL

/// The pairs of certificate and key of one side. A server chooses among them by the name that a client asks for (SNI); a
/// session has at most one for each kind of key, of which the peer's algorithms choose.
final class TLSIdentities {
  private let library: TLSLibrary
  private let pairs: [TLSKeyPair]
  /// The first pair, and those of other kinds that are for the same host: for clients that ask for no name, or for one
  /// that nobody here has.
  private let usual: [TLSKeyPair]

  init(_ pairs: [TLSKeyPair], _ role: TLSRole, _ library: TLSLibrary) throws(StreamFailure) {
    self.library = library
    self.pairs = pairs
    usual = Self.onePerKind(role == .client ? pairs : pairs.first.map { first in pairs.filter(first.sharesName) } ?? [])
    try refuseDuplicates(role)
  }

  /// A pair that would never be used is a mistake.
  private func refuseDuplicates(_ role: TLSRole) throws(StreamFailure) {
    for (index, pair) in pairs.enumerated() {
      let earlier = pairs[..<index].first {
        $0.kind == pair.kind && (role == .client || Set($0.names) == Set(pair.names))
      }
      guard let earlier else { continue }
      let (file, other) = (pair.files?.certificate ?? "", earlier.files?.certificate ?? "")
      throw StreamFailure(
        .settings,
        role == .client
          ? "--tls-cert \(file): \(other) has a key of the same kind, and a client has one certificate for each kind"
          : "--tls-cert \(file): \(other) is for the same names, with a key of the same kind: leave one of them out")
    }
  }

  private static func onePerKind(_ pairs: [TLSKeyPair]) -> [TLSKeyPair] {
    var chosen: [TLSKeyPair] = []
    for pair in pairs where !chosen.contains(where: { $0.kind == pair.kind }) { chosen.append(pair) }
    return chosen
  }

  /// The pairs for a name: those that have it, else those with a wildcard for it, else the usual ones.
  func chosen(for name: String?) -> [TLSKeyPair] {
    guard let name else { return usual }
    for wildcards in [false, true] {
      let found = pairs.filter { $0.isFor(name, wildcards: wildcards) }
      if !found.isEmpty { return Self.onePerKind(found) }
    }
    return usual
  }

  /// Gives the usual pairs to a context, and lets it choose for each session if there are others.
  func use(in context: OpaquePointer) throws(StreamFailure) {
    for pair in pairs {
      // All of them, the usual ones last: no session should be the first to learn that a key is too weak.
      if !pair.use(in: context) { throw refused(pair) }
    }
    for pair in usual where !pair.use(in: context) { throw refused(pair) }
    guard usual.count < pairs.count else { return }
    library.ssl.pointee.SSL_CTX_set_cert_cb(context, Self.callback, Unmanaged.passUnretained(self).toOpaque())
  }

  private func refused(_ pair: TLSKeyPair) -> StreamFailure {
    StreamFailure(.settings, "--tls-cert \(pair.files?.certificate ?? ""): \(library.takeReason())")
  }

  /// For `SSL_CTX_set_cert_cb(3)`.
  private static let callback: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> CInt = { session, data in
    guard let session, let data else { return 0 }
    return Unmanaged<TLSIdentities>.fromOpaque(data).takeUnretainedValue().choose(for: session) ? 1 : 0
  }

  private func choose(for session: OpaquePointer) -> Bool {
    let name = library.ssl.pointee.SSL_get_servername(session, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
    library.ssl.pointee.SSL_certs_clear(session)
    return chosen(for: name).allSatisfy { $0.use(inSession: session) }
  }
}
