import Operations
import Transfer

// Whether certificates have been revoked.
extension Option {
  static let tlsRevocationOptions = [tlsCRL, tlsOCSP, tlsOCSPResponse]

  static let tlsCRL = Option(
    "tls-crl", nil, .required("FILE"), in: .tls, of: .sessions,
    "Refuse certificates that the revocation lists in FILE name",
    manual: """
      Refuse a peer if a certificate of its chain is in the revocation lists of this file, in PEM.
      There must be a list of each authority of the chain, and it must be up to date.
      May be given several times.
      A server reads the files again at
      .Dv SIGHUP .
      """,
    completion: .file, repeats: true,
    excludes: [.with("tls-no-verify", "leave one of them out")],
    sets: [.tls { settings, use in settings.revocationLists.append(try use.file()) }])

  static let tlsOCSP = Option(
    "tls-ocsp", in: .tls, of: [.connect, .send],
    "Demand the issuer's word that the certificate is not revoked",
    manual: """
      Demand that the server sends, along with its certificate, a recent answer of the certificate's issuer that it is
      not revoked (OCSP stapling).
      The issuer itself is not asked.
      """,
    excludes: [
      .with("tls-no-verify", "leave one of them out"),
      .with("tls-session", "a resumed session comes without such an answer"),
    ],
    sets: [.tls { settings, _ in settings.demandsStatus = true }])

  static let tlsOCSPResponse = Option(
    "tls-ocsp-response", nil, .required("FILE"), in: .tls, of: [.listen, .recv],
    "Send the issuer's answer in FILE along with the certificate",
    manual: """
      Send this answer of the issuer, in DER as
      .Ql openssl ocsp -respout
      writes it, to clients that ask for it (OCSP stapling).
      It is sent along with the certificate that it is about; may be given several times.
      The files are read again at
      .Dv SIGHUP .
      """,
    completion: .file, repeats: true,
    sets: [.tls { settings, use in settings.statusFiles.append(try use.file()) }])
}
